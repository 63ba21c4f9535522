"""Trains G_es to read real people, and G_de to stay what it was: see README.md beside this file.

python3 train.py --network NET --pack PACK… --out OUT --seconds 480 [--unseen CLIP…]

NET is what export-network.ts wrote, a PACK what export-faces.ts did. The weights come out under their names, in half precision, in files of at most 16 MB.
"""
import argparse
import json
import math
import os
import time

import torch
import torch.nn.functional as F

from faces import Camera, Pack
from graph import Graph, read_safetensors, write_safetensors

parser = argparse.ArgumentParser()
parser.add_argument("--network", required=True)
parser.add_argument("--weights", help="a safetensors file to start from instead of NET's")
parser.add_argument("--pack", nargs="+", required=True)
parser.add_argument("--unseen", nargs="*", default=[], help="clips that nothing learns from: the log tells how they are read")
parser.add_argument("--out", required=True)
parser.add_argument("--seconds", type=float, default=480)
parser.add_argument("--steps", type=int, default=10 ** 9, help="stop after so many, whatever the time")
parser.add_argument("--batch", type=int, default=256, help="faces that are read a step")
parser.add_argument("--pairs", type=int, default=48, help="faces a step whose decoding must stay as it was")
parser.add_argument("--rate", type=float, default=6e-4)
parser.add_argument("--every", type=int, default=500)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--without", nargs="*", default=[], choices=["turned", "real"], help="for comparison: no picture turned by its depth; nothing read from frames and photos, rendered faces alone")
args = parser.parse_args()

started = time.time()
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(args.seed)
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
torch.backends.cudnn.benchmark = True
# Half the digits where they are fast: on a CPU that has them in hardware a step takes three fifths of its time.
bfloat16 = device == "cuda" or (os.path.exists("/proc/cpuinfo") and "avx512_bf16" in open("/proc/cpuinfo").read())
os.makedirs(args.out, exist_ok=True)
log = open(os.path.join(args.out, "log.jsonl"), "w")


def say(**entry):
    entry = {"seconds": round(time.time() - started, 1), **entry}
    print(json.dumps(entry), flush=True)
    log.write(json.dumps(entry) + "\n")
    log.flush()


# The network, and the network as it was

identity = Graph(os.path.join(args.network, "identity.onnx"), device)
frame = Graph(os.path.join(args.network, "frame.onnx"), device)
fixed = read_safetensors(os.path.join(args.network, "fixed.safetensors"))
old = read_safetensors(os.path.join(args.network, "weights.safetensors"))
if args.weights:
    old.update(read_safetensors(args.weights))
shapes = {**identity.weights, **frame.weights}
constants = {name: value.reshape(shapes[name]).to(device) for name, value in fixed.items()}
old = {name: value.to(device) for name, value in old.items() if name in shapes}
TRAINED = ("expression.", "decoder.")
student = {name: value.clone().requires_grad_(name.startswith(TRAINED)) for name, value in old.items()}
trained = {name: value for name, value in student.items() if value.requires_grad}
average = {name: value.detach().clone() for name, value in trained.items()}
EMBEDDING = [name for name in identity.outputs if name in frame.inputs]
DRAWN = ["painted", "flow", "mask", "shading", "moved"]
ATTENTION = [name for name in frame.outputs if name.startswith("attention")]
TOLD = ["weights", "gaze", "weightsOfCode"]


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def tell(weights, x):
    """What G_es says of pictures [b, 3, 96, 96]: weights, gaze, and weights told from e alone."""
    with torch.autocast(device, torch.bfloat16, enabled=bfloat16):
        out = frame.run({"driver": nhwc(x)}, {**constants, **weights}, TOLD)
    return [out[name].float().flatten(1) for name in TOLD]


def decode(weights, source, target, outputs):
    weights = {**constants, **weights}
    embedding = identity.run({"photo": nhwc(target)}, weights, EMBEDDING)
    return frame.run({"driver": nhwc(source), "photo": nhwc(target), **embedding}, weights, outputs)


# Faces

pack = Pack(args.pack, device, args.unseen)
camera = Camera(pack, turns="turned" not in args.without)
names = pack.names
seen = ~pack.held_out
say(records=len(pack.kind), seen=int(seen.sum()), frames=int((pack.kind[seen] == 2).sum()), photos=int((pack.kind[seen] == 1).sum()), unscored=getattr(pack, "dead", []))


def groups(kind):
    """Records that may be learned from, person by person, and how often each person is drawn."""
    chosen = torch.nonzero(seen & (pack.kind == kind)).flatten()
    order = chosen[pack.person[chosen].argsort()]
    _, sizes = pack.person[order].unique_consecutive(return_counts=True)
    starts = sizes.cumsum(0) - sizes
    share = pack.weight[order[starts]] * (sizes > (0 if kind == 1 else 1)) if len(order) else sizes.float()
    return order, starts, sizes, share


LISTS = {kind: groups(kind) for kind in (0, 1, 2)}


def draw(kind, people, each):
    """`each` records of each of `people` people."""
    order, starts, sizes, share = LISTS[kind]
    chosen = torch.multinomial(share, people, replacement=True).repeat_interleave(each)
    return order[starts[chosen] + (torch.rand(len(chosen), device=device) * sizes[chosen]).long()]


def draw_batch(size):
    """Records, and who belongs together: over half rendered, a quarter frames, the rest photos as they are (they have no others to be compared with)."""
    if len(LISTS[2][0]) == 0 or "real" in args.without:
        return draw(0, size // 4, 4), torch.arange(size // 4, device=device).repeat_interleave(4), size // 4
    rendered, frames = size // 8 + size // 64, size // 32
    photos = size - 4 * rendered - 8 * frames
    which = torch.cat([draw(0, rendered, 4), draw(2, frames, 8), draw(1, photos, 1)])
    ids = torch.cat([torch.arange(rendered, device=device).repeat_interleave(4), rendered + torch.arange(frames, device=device).repeat_interleave(8),
                     rendered + frames + torch.arange(photos, device=device)])
    return which, ids, rendered + frames + photos


# How much a weight counts: seldom moved ones as much as those that always move.
spread = pack.weights[seen].var(0)
GAIN = (1 / (spread + 0.003))
GAIN = GAIN / GAIN.mean()
UNIT = (GAIN * spread).mean()  # the loss of telling everybody the mean
MOVES = torch.sqrt(spread) > 0.02


def centred(values, ids, count):
    sums = torch.zeros(count, values.shape[1], device=device).index_add_(0, ids, values)
    sizes = torch.zeros(count, device=device).index_add_(0, ids, torch.ones_like(ids, dtype=torch.float32))
    return values - (sums / sizes[:, None])[ids]


def disagreement(told, asked, moves):
    """1 − the concordance correlation (Lin 1989) by column, averaged over those that move: unlike a squared error it does not pay to tell too little."""
    mt, ma = told.mean(0), asked.mean(0)
    both = ((told - mt) * (asked - ma)).mean(0)
    return (1 - (2 * both + 1e-5) / (told.var(0, False) + asked.var(0, False) + (mt - ma) ** 2 + 1e-5))[moves].mean()


def reading_loss(told, gaze, of_code, which, ids, count, flip):
    asked, known, looks = pack.weights[which], pack.known[which], pack.gaze[which]
    asked = torch.where(flip[:, None], asked[:, pack.mirror], asked)
    known = torch.where(flip[:, None], known[:, pack.mirror], known)
    looks = torch.where(flip[:, None], looks * torch.tensor([-1.0, 1.0], device=device), looks)
    open_ = (asked[:, [names.index("eyeBlinkLeft"), names.index("eyeBlinkRight")]].amax(1) < 0.45).float()[:, None]  # closed eyes look nowhere
    losses = {}
    for name, said in (("told", told), ("code", of_code)):
        said = torch.where(known > 0, said, asked)
        moves = MOVES & (asked.std(0) > 0.01)
        losses[name] = (GAIN * (said - asked) ** 2).mean() / UNIT
        losses[name + "Agree"] = 0.5 * disagreement(said, asked, moves) + 0.5 * disagreement(centred(said, ids, count), centred(asked, ids, count), moves)
    looking = torch.where(open_ > 0, gaze, looks)
    both = torch.ones(2, dtype=torch.bool, device=device)
    losses["gaze"] = (((looking - looks) / 0.06) ** 2).mean()
    losses["gazeAgree"] = 0.5 * disagreement(looking * 10, looks * 10, both) + 0.5 * disagreement(centred(looking, ids, count) * 10, centred(looks, ids, count) * 10, both)
    return losses


LAMBDA = {
    "told": 1.5, "toldAgree": 2.0, "code": 0.5, "codeAgree": 0.7, "gaze": 0.4, "gazeAgree": 1.0,
    "painted": 8, "moved": 8, "flow": 2, "mask": 8, "shading": 20, "e": 0.5, "attention": 0.2,
}


def keep_loss(pairs):
    """What was decoded of clean faces is decoded again: of the same faces, and of the same faces as cameras see them."""
    sources = draw(0, pairs, 1)
    targets = draw(1, pairs, 1)
    with torch.no_grad():
        clean, target = camera.plain(sources), camera.plain(targets)
        if torch.rand(()) < 0.5:
            clean, target = clean.flip(3), target.flip(3)
        before = decode(old, clean, target, DRAWN + ["expression"] + ATTENTION)
        half = pairs // 2
        shown = torch.cat([clean[:half], camera.degrade(clean[half:], torch.zeros(pairs - half, 96, 96, 2, device=device), 0.6)])
    after = decode(student, shown, target, DRAWN + ["expression"] + ATTENTION)
    losses = {name: (after[name] - before[name]).abs().mean() for name in DRAWN}
    e = before["expression"].flatten(1)
    losses["e"] = ((after["expression"].flatten(1) - e) ** 2 / (e.var(0) + 1e-3)).mean()
    losses["attention"] = torch.stack([-(before[name] * (after[name] + 1e-6).log()).sum((1, 2, 3)).mean() for name in ATTENTION]).mean()
    return losses


# How it does

CHANNELS = {
    "jaw": ["jawOpen"], "smile": ["mouthSmileLeft", "mouthSmileRight"], "blink": ["eyeBlinkLeft", "eyeBlinkRight"],
    "browUp": ["browInnerUp", "browOuterUpLeft", "browOuterUpRight"], "browDown": ["browDownLeft", "browDownRight"], "pucker": ["mouthPucker"],
    "funnel": ["mouthFunnel"], "squint": ["eyeSquintLeft", "eyeSquintRight"], "upper": ["mouthUpperUpLeft", "mouthUpperUpRight"],
    "lower": ["mouthLowerDownLeft", "mouthLowerDownRight"],
}


def look(weights):
    """Correlation and slope on records that nothing learns from: clips one by one and averaged, then all people's photos and renderings as cameras see them."""
    state = torch.random.get_rng_state()
    cuda = torch.cuda.get_rng_state() if device == "cuda" else None
    torch.manual_seed(7)
    unseen = torch.nonzero(pack.held_out).flatten()
    clips = [unseen[(pack.kind[unseen] == 2) & (pack.person[unseen] == person)] for person in pack.person[unseen[pack.kind[unseen] == 2]].unique()]
    found = {}
    for title, sets, view in (("clips", clips, camera.plain), ("people", [unseen[pack.kind[unseen] < 2]], camera.plain), ("seen", [unseen[pack.kind[unseen] < 2]], camera.seen)):
        rows = {}
        for which in sets:
            if len(which) < 10:
                continue
            parts = [tell(weights, view(part)) for part in which.split(256)]
            told, gaze, of_code = (torch.cat(part) for part in zip(*parts))
            column = lambda data, channel: data[:, [names.index(name) for name in CHANNELS[channel]]].mean(1)
            series = {channel: (column(told, channel), column(pack.weights[which], channel), column(of_code, channel)) for channel in CHANNELS}
            opened = column(pack.weights[which], "blink") < 0.45
            series["gazeX"] = (gaze[opened, 0], pack.gaze[which][opened, 0], gaze[opened, 0])
            series["gazeY"] = (gaze[opened, 1], pack.gaze[which][opened, 1], gaze[opened, 1])
            for channel, (said, asked, code) in series.items():
                if asked.std() < (0.012 if channel.startswith("gaze") else 0.02):
                    continue
                r = lambda a: float(torch.corrcoef(torch.stack([a, asked]))[0, 1])
                rows.setdefault(channel, []).append((r(said), r(said) * float(said.std() / asked.std()), r(code)))
        found[title] = {channel: [round(sum(v) / len(v), 2) for v in zip(*values)] for channel, values in rows.items()}
    torch.random.set_rng_state(state)
    if cuda is not None:
        torch.cuda.set_rng_state(cuda)
    return found


def save(name):
    """The averaged weights, in files that each stay below 16 MB."""
    parts, size = [{}], 0
    for key, value in average.items():
        if size + 2 * value.numel() > 15e6:
            parts.append({})
            size = 0
        parts[-1][key] = value
        size += 2 * value.numel()
    for i, part in enumerate(parts):
        write_safetensors(os.path.join(args.out, f"{name}-{i}.safetensors"), part)


kernels = [value for value in trained.values() if value.dim() > 1]
others = [value for value in trained.values() if value.dim() <= 1]
optimizer = torch.optim.AdamW([{"params": kernels, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}], lr=args.rate, betas=(0.9, 0.99))
with torch.no_grad():
    say(step=0, **look(old))
begun, step, since, sums = time.time(), 0, 0, {}
left = args.seconds - (begun - started)
while step < args.steps:
    progress = (time.time() - begun) / left if args.steps == 10 ** 9 else step / args.steps
    if progress >= 1:
        break
    rate = args.rate * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
    for group in optimizer.param_groups:
        group["lr"] = rate
    with torch.no_grad():
        which, ids, count = draw_batch(args.batch)
        x = camera.seen(which, float(torch.rand(()) * 0.7 + 0.3))
        flip = torch.rand(len(which), device=device) < 0.5
        x = torch.where(flip[:, None, None, None], x.flip(3), x)
    losses = reading_loss(*tell(student, x), which, ids, count, flip)
    read = sum(LAMBDA[name] * value for name, value in losses.items())
    optimizer.zero_grad(set_to_none=True)
    read.backward()
    kept = keep_loss(args.pairs)
    sum(LAMBDA[name] * value for name, value in kept.items()).backward()
    torch.nn.utils.clip_grad_norm_(list(trained.values()), 5.0)
    optimizer.step()
    step += 1
    since += 1
    with torch.no_grad():
        follow = 1 - min(0.998, (1 + step) / (10 + step))
        for name, value in average.items():
            value.lerp_(trained[name], follow)
    for name, value in {**losses, **kept}.items():
        sums[name] = sums.get(name, 0) + value.detach()
    if step % 100 == 0 or step in (1, 10):
        done = {name: round(float(value) / since, 4) for name, value in sums.items()}
        bad = not all(math.isfinite(value) for value in done.values())
        say(step=step, rate=round(rate, 6), **done)
        since, sums = 0, {}
        if bad:
            raise SystemExit("a loss is no number")
    if step % args.every == 0:
        with torch.no_grad():
            say(step=step, **look({**student, **average}))
        save("weights")
with torch.no_grad():
    say(step=step, **look({**student, **average}))
save("weights")

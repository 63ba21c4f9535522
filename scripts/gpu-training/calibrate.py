"""How much too little of each movement trained weights tell, of people and clips that nothing learned from: gains.json for import-weights.ts.

python3 calibrate.py --network NET --trained OUT --pack PACK… --unseen CLIP… --out gains.json [--views 2]

A squared error is least when what is hard to see is told too weakly. The gain of a channel is one over the slope of what is told over MediaPipe's score,
both sides of the face together: the mean (of logarithms) of held-out people as cameras see them and of the held-out clips where the channel moves.
"""
import argparse
import glob
import json
import math
import os

import torch

from faces import Camera, Pack
from graph import Graph, read_safetensors

parser = argparse.ArgumentParser()
for name in ("network", "trained", "out"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--pack", nargs="+", required=True)
parser.add_argument("--unseen", nargs="*", default=[])
parser.add_argument("--views", type=int, default=2)
args = parser.parse_args()

MOST, READ = 1.3, 0.6  # gains beyond amplify noise; what correlates less is not worth amplifying
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(3)
frame = Graph(os.path.join(args.network, "frame.onnx"), device)
weights = read_safetensors(os.path.join(args.network, "weights.safetensors"))
for path in glob.glob(os.path.join(args.trained, "weights-*.safetensors")):
    weights.update(read_safetensors(path))
weights = {name: value.to(device) for name, value in weights.items()}
pack = Pack(args.pack, device, args.unseen)
camera = Camera(pack)
pairs = {}
for i, name in enumerate(pack.names):
    pairs.setdefault(name.replace("Left", "").replace("Right", "") if not name.startswith(("jaw", "mouthLeft", "mouthRight")) else name, []).append(i)


@torch.no_grad()
def told(which, view):
    rows = []
    for part in which.split(64):
        out = frame.run({"driver": view(part).permute(0, 2, 3, 1)}, weights, ["weights", "gaze"])
        rows.append(torch.cat([out["weights"].flatten(1), out["gaze"].flatten(1)], 1))
    return torch.cat(rows)


def follow(said, asked, least):
    if len(said) < 10 or asked.std() < least:
        return None
    r = float(torch.corrcoef(torch.stack([said, asked]))[0, 1])
    return (r, r * float(said.std() / asked.std())) if r >= READ else None


unseen = torch.nonzero(pack.held_out).flatten()
people = unseen[pack.kind[unseen] < 2].repeat(args.views)
clips = [unseen[(pack.kind[unseen] == 2) & (pack.person[unseen] == person)] for person in pack.person[unseen[pack.kind[unseen] == 2]].unique()]
sets = [[(people, told(people, camera.seen))], [(clip, told(clip, camera.plain)) for clip in clips]]
gains, seen = {}, {}
for channel, columns in [*pairs.items(), ("gazeX", [51]), ("gazeY", [52])]:
    logs = []
    for group in sets:
        slopes = []
        for which, said in group:
            if channel.startswith("gaze"):
                asked, said_, least = pack.gaze[which][:, columns[0] - 51], said[:, columns[0]], 0.012
                opened = pack.weights[which][:, [pack.names.index("eyeBlinkLeft"), pack.names.index("eyeBlinkRight")]].amax(1) < 0.45
                asked, said_ = asked[opened], said_[opened]
            else:
                asked, said_, least = pack.weights[which][:, columns].mean(1), said[:, columns].mean(1), 0.02
            found = follow(said_, asked, least)
            if found:
                slopes.append(found[1])
        if slopes:
            logs.append(-sum(math.log(slope) for slope in slopes) / len(slopes))
            seen.setdefault(channel, []).append([round(slope, 2) for slope in slopes])
    gain = min(MOST, max(1.0, math.exp(sum(logs) / len(logs)))) if logs else 1.0
    for column in columns:
        gains[pack.names[column] if column < 51 else channel] = round(gain, 3)
    print(channel, seen.get(channel), round(gain, 2), flush=True)
with open(args.out, "w") as file:
    json.dump(gains, file)

"""Faces that `export-faces.ts` packed, seen as cameras see people: turned, lit, blurred, compressed, half hidden.

Everything is computed for a whole batch at once, on the device, in pixels of the 96×96 crop (pixel centres at .5).
"""
import io
import json
import math
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F

CROP = 96
# As src/model/geometry/alignment.ts registers faces: landmark, x, y, weight.
REGISTRATION = [
    (33, 25.77, 20.68, 2), (133, 38.72, 21.07, 2), (362, 57.28, 21.07, 2), (263, 70.23, 20.68, 2), (168, 48.00, 17.64, 2), (6, 48.00, 21.63, 2),
    (197, 48.00, 25.36, 1), (195, 48.00, 28.70, 1), (2, 48.00, 44.45, 1), (98, 40.97, 42.57, 0.5), (327, 55.03, 42.57, 0.5),
]
LATTICE = 32


class Pack:
    """All records of some packs, their pictures decoded, on a device."""

    def __init__(self, folders, device, unseen=()):
        parts = [self._read(folder) for folder in folders]
        about = parts[0][0]
        self.names, self.points_of = about["names"], {p: i for i, p in enumerate(about["points"])}
        self.margin, self.side, self.scale = about["margin"], about["side"], about["scale"]
        self.span = self.side / self.scale  # crop pixels that a picture shows
        columns = {name: i for i, name in enumerate(about["columns"])}
        records = np.concatenate([part[1] for part in parts])
        points = np.concatenate([part[2] for part in parts]).astype(np.float32) / about["steps"]
        pictures = np.concatenate([part[3] for part in parts])
        people = max((part[0]["people"] for part in parts), key=len)
        n = len(self.names)
        tensor = lambda values: torch.from_numpy(np.ascontiguousarray(values)).to(device)
        self.pictures, self.points = tensor(pictures), tensor(points)
        self.kind, self.person = tensor(records[:, columns["kind"]].astype(np.int64)), tensor(records[:, columns["person"]].astype(np.int64))
        self.weight = tensor(records[:, columns["weight"]])
        unseen = [i for i, name in enumerate(people) if name in unseen]
        self.held_out = tensor(records[:, columns["heldOut"]] > 0) | torch.isin(self.person, torch.tensor(unseen, device=device, dtype=torch.int64))
        first = columns[f"score.{self.names[0]}"]
        scores = tensor(records[:, first:first + n])
        self.requested = tensor(records[:, first + n:first + 2 * n])
        bias = torch.tensor(about["neutralBias"], device=device, dtype=torch.float32)
        self.scores = scores
        self.weights = ((scores - bias) / (1 - bias)).clamp(0, 1)  # weightsFromScores
        self.known = torch.ones_like(self.weights)
        self._tell_what_scores_do_not()
        self.gaze = self._gaze()
        self.mirror = torch.tensor([self.names.index(name.replace("Left", "_").replace("Right", "Left").replace("_", "Right")) for name in self.names], device=device)

    @staticmethod
    def _read(folder):
        from PIL import Image
        with open(os.path.join(folder, "pack.json")) as file:
            about = json.load(file)
        records = np.fromfile(os.path.join(folder, "records.f32.bin"), np.float32).reshape(about["records"], -1)
        points = np.fromfile(os.path.join(folder, "points.i16.bin"), np.int16).reshape(about["records"], len(about["points"]), 3)
        with open(os.path.join(folder, "pictures.bin"), "rb") as file:
            data = file.read()
        # Offsets do not fit a float32 beyond 16 MiB; sizes do.
        sizes = records[:, about["columns"].index("bytes")].astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

        def decode(i):
            return np.asarray(Image.open(io.BytesIO(data[starts[i]:starts[i] + sizes[i]])).convert("RGB")).transpose(2, 0, 1)
        with ThreadPoolExecutor(16) as pool:
            return about, records, points, np.stack(list(pool.map(decode, range(about["records"]))))

    def _tell_what_scores_do_not(self):
        """Where MediaPipe's score hardly moves though it was asked for, the label of a rendered face is what it was rendered with; others have none."""
        rendered = self.kind == 0
        if rendered.sum() < 50:
            return
        asked, said = self.requested[rendered].clamp(0, 1), self.weights[rendered]
        dead = (said.std(0) < 0.015) & (asked.std(0) > 0.04)
        self.dead = [name for name, is_dead in zip(self.names, dead.tolist()) if is_dead]
        labels = torch.where(rendered[:, None] & dead, self.requested.clamp(0, 1), self.weights)
        self.weights = labels
        self.known = torch.where(~rendered[:, None] & dead, torch.zeros_like(self.known), self.known)

    def at(self, which, landmark):
        return self.points[which][:, self.points_of[landmark]]

    def _gaze(self):
        """gazeOf of src/model/evaluation/reading-measures.ts."""
        every = torch.arange(len(self.points), device=self.points.device)
        seen = []
        for left, right, iris in ((33, 133, 468), (362, 263, 473)):
            a, b, i = (self.at(every, landmark)[:, :2] for landmark in (left, right, iris))
            d, x = b - a, i - (a + b) / 2
            square = (d * d).sum(1).clamp(min=1e-6)
            seen.append(torch.stack([(x * d).sum(1) / square, (x[:, 1] * d[:, 0] - x[:, 0] * d[:, 1]) / square], 1))
        return (seen[0] + seen[1]) / 2


def smooth(a, b, x):
    t = ((x - a) / (b - a)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def rand(n, low, high, like):
    return low + (high - low) * torch.rand(n, device=like.device)


def centres(n, span, margin, device):
    axis = (torch.arange(n, device=device) + 0.5) * (span / n) - margin
    return torch.stack([axis[None, :].expand(n, n), axis[:, None].expand(n, n)], -1)  # [n, n, 2]


class Camera:
    """Turns records into pictures [b, 3, 96, 96] in −1…1."""

    def __init__(self, pack, turns=True):
        self.pack, self.turns = pack, turns
        device = pack.points.device
        self.registered = [landmark for landmark, *_ in REGISTRATION]
        self.canonical = torch.tensor([[x, y] for _, x, y, _ in REGISTRATION], device=device)
        self.share = torch.tensor([w for *_, w in REGISTRATION], device=device, dtype=torch.float32)
        self.share = self.share / self.share.sum()
        self.lattice = centres(LATTICE, pack.span, pack.margin, device)
        self.grid = centres(CROP, CROP, 0, device)
        self.dct = self._dct(device)

    def plain(self, which):
        """As they are registered."""
        return self._sample(which, self.grid[None].expand(len(which), -1, -1, -1))

    def seen(self, which, strength=1.0):
        """Turned, another shape, badly registered, and then whatever `degrade` does."""
        field, turned = self._turn(which, strength)
        grid = self._register(which, turned, strength)
        source = grid + self._sample_lattice(field, grid)
        source = source + self._waves(len(which), source, 1.5 * strength)
        return self.degrade(self._sample(which, source), self._normals(which, source), strength)

    # Geometry

    def _sample(self, which, source):
        """Pictures at crop positions [b, h, w, 2]."""
        pack = self.pack
        pictures = pack.pictures[which].float() / 127.5 - 1
        return F.grid_sample(pictures, (source + pack.margin) * (2 / pack.span) - 1, mode="bilinear", padding_mode="border", align_corners=False)

    def _sample_lattice(self, field, at):
        """A field [b, c, n, n] at crop positions, channels last."""
        grid = (at + self.pack.margin) * (2 / self.pack.span) - 1
        return F.grid_sample(field, grid, mode="bilinear", padding_mode="border", align_corners=False).permute(0, 2, 3, 1)

    def _depth(self, which):
        points = self.pack.points[which]
        flat = self.lattice.reshape(1, -1, 2)
        near = torch.cdist(flat.expand(len(which), -1, -1), points[..., :2])
        return (F.softmax(-near ** 2 / 50, -1) @ points[..., 2:]).reshape(len(which), LATTICE, LATTICE)

    def _ellipse(self, which):
        pack = self.pack
        top, chin, left, right = (pack.at(which, landmark) for landmark in (10, 152, 234, 454))
        centre = (top + chin)[:, :2] / 2
        wide, high = (right - left)[:, :2].norm(dim=1) / 2, (chin - top)[:, :2].norm(dim=1) / 2
        return centre, wide.clamp(min=15), high.clamp(min=20), (left + right)[:, 2] / 2

    def _turn(self, which, strength):
        """The head turned by up to 25° sideways and 15° up and down: where each position of the new picture comes from, less itself; and the landmarks."""
        n = len(which)
        centre, wide, high, deep = self._ellipse(which)
        like = deep
        turned = (torch.rand(n, device=like.device) < (0.65 if self.turns else 0)).float()
        real = (self.pack.kind[which] == 2).float()  # is turned already
        angle = lambda most: torch.deg2rad(rand(n, -most, most, like)) * turned * strength * (1 - 0.4 * real)
        yaw, pitch = angle(25), angle(15)
        pivot = torch.stack([centre[:, 0], centre[:, 1] + 0.9 * high, deep + 0.35 * wide], 1)
        cy, sy, cp, sp = yaw.cos(), yaw.sin(), pitch.cos(), pitch.sin()
        zero, one = torch.zeros_like(cy), torch.ones_like(cy)
        about_y = torch.stack([torch.stack([cy, zero, sy], 1), torch.stack([zero, one, zero], 1), torch.stack([-sy, zero, cy], 1)], 1)
        about_x = torch.stack([torch.stack([one, zero, zero], 1), torch.stack([zero, cp, -sp], 1), torch.stack([zero, sp, cp], 1)], 1)
        rotation = (about_y @ about_x).transpose(1, 2)
        depth = self._depth(which)
        at = torch.cat([self.lattice[None].expand(n, -1, -1, -1), depth[..., None]], -1).reshape(n, -1, 3) - pivot[:, None]
        moved = (at @ rotation - at)[..., :2].reshape(n, LATTICE, LATTICE, 2)
        d = self.lattice[None] - centre[:, None, None]
        up = torch.where(d[..., 1] < 0, 1.45 * high[:, None, None], high[:, None, None])
        r = ((d[..., 0] / (1.12 * wide[:, None, None])) ** 2 + (d[..., 1] / up) ** 2).sqrt()
        share = (1 - smooth(1.0, 1.9, r)) * (1 - smooth(0.75, 2.0, d[..., 1] / high[:, None, None]))
        forward = (moved * share[..., None]).permute(0, 3, 1, 2)
        back = self.lattice[None].expand(n, -1, -1, -1)
        for _ in range(6):
            back = self.lattice[None] - self._sample_lattice(forward, back)
        marks = self.pack.points[which][:, [self.pack.points_of[p] for p in self.registered]] - pivot[:, None]
        return (back - self.lattice[None]).permute(0, 3, 1, 2), (marks @ rotation + pivot[:, None])[..., :2]

    def _register(self, which, marks, strength):
        """The crop's pixels in the turned picture, as a registration that is a little off finds them."""
        n = len(which)
        middle = (marks * self.share[:, None]).sum(1, keepdim=True)
        origin = (self.canonical * self.share[:, None]).sum(0)
        p, q = (self.canonical - origin)[None], marks - middle
        power = (self.share[:, None] * p * p).sum((1, 2))
        a = (self.share[:, None] * p * q).sum((1, 2)) / power
        b = (self.share * (p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0])).sum(1) / power
        zoom = 1 + strength * 0.05 * torch.randn(n, device=a.device).clamp(-2, 2) * 0.6
        roll = strength * 0.06 * torch.randn(n, device=a.device).clamp(-2, 2) * 0.6
        a, b = zoom * (a * roll.cos() - b * roll.sin()), zoom * (b * roll.cos() + a * roll.sin())
        shift = strength * torch.randn(n, 1, 1, 2, device=a.device).clamp(-2, 2) * 0.9
        d = self.grid[None] - origin
        a, b = a[:, None, None], b[:, None, None]
        return torch.stack([a * d[..., 0] - b * d[..., 1], b * d[..., 0] + a * d[..., 1]], -1) + middle[:, :, None] + shift

    def _waves(self, n, at, reach):
        """Another shape of the face: two waves of 90 to 220 pixels."""
        total = 0
        for _ in range(2):
            k, towards = 2 * math.pi / rand(n, 90, 220, at), rand(n, 0, 2 * math.pi, at)
            along, size, phase = rand(n, 0, 2 * math.pi, at), reach * rand(n, 0, 1, at), rand(n, 0, 2 * math.pi, at)
            each = lambda v: v[:, None, None]
            height = torch.sin(each(k * towards.cos()) * at[..., 0] + each(k * towards.sin()) * at[..., 1] + each(phase))
            total = total + torch.stack([each(size * along.cos()) * height, each(size * along.sin()) * height], -1)
        return total

    def _normals(self, which, source):
        """How the skin faces, [b, 96, 96, 2]: the slopes of its depth."""
        depth = self._depth(which)
        step = 2 * self.pack.span / LATTICE
        padded = F.pad(depth[:, None], (1, 1, 1, 1), mode="replicate")
        slopes = torch.cat([padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2], padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]], 1) / step
        return self._sample_lattice(slopes, source)

    # Light, lenses, codecs, and what is in the way

    def degrade(self, x, slopes, strength):
        n = len(x)
        x = self._hide(x) if strength > 0 else x
        x = self._light(x, slopes, strength)
        x = self._blur(x, strength)
        x = self._coarsen(x)
        x = self._noise(x)
        x = self._compress(x)
        return x.clamp(-1, 1)

    def _light(self, x, slopes, strength):
        n, like = len(x), x
        column = lambda v: v[:, None, None, None]
        x = (x + 1) / 2
        towards, size = rand(n, 0, 2 * math.pi, like), strength * rand(n, 0, 0.75, like) ** 1.5
        facing = 1 / (1 + (slopes ** 2).sum(-1)).sqrt()
        lit = (slopes[..., 0] * towards.cos()[:, None, None] + slopes[..., 1] * towards.sin()[:, None, None]) * facing
        across = ((self.grid[..., 0] - 48) * towards.cos()[:, None, None] + (self.grid[..., 1] - 48) * towards.sin()[:, None, None]) / 48
        shade = (1 + size[:, None, None] * (0.9 * lit + 0.3 * across)).clamp(0.15, 2)
        x = x * shade[:, None]
        gamma, contrast, exposure, colour = (1 + strength * rand(n, -w, w, like) for w in (0.35, 0.3, 0.3, 0.5))
        cast = 1 + strength * (2 * torch.rand(n, 3, 1, 1, device=x.device) - 1) * torch.tensor([0.12, 0.07, 0.14], device=x.device)[None, :, None, None]
        x = column(exposure) * cast * x.clamp(1e-4, 1) ** column(gamma)
        grey = x.mean(1, keepdim=True)
        x = grey + column(colour) * (x - grey)
        mono = column((torch.rand(n, device=x.device) < 0.04).float())
        x = mono * grey + (1 - mono) * x
        return (2 * (0.5 + column(contrast) * (x - 0.5))).clamp(0, 2) - 1

    def _blur(self, x, strength):
        """Every picture through a kernel of its own: sharpened, left alone, out of focus, or moved."""
        n, k = len(x), 9
        axis = torch.arange(k, device=x.device) - k // 2
        yy, xx = axis[:, None].expand(k, k)[None].float(), axis[None, :].expand(k, k)[None].float()
        sigma = torch.where(torch.rand(n, device=x.device) < 0.4, rand(n, 0.3, 1.4, x), torch.full((n,), 0.15, device=x.device))[:, None, None]
        kernel = torch.exp(-(xx ** 2 + yy ** 2) / (2 * sigma ** 2))
        angle, length = rand(n, 0, math.pi, x)[:, None, None], rand(n, 0.5, 3.5, x)[:, None, None]
        along, across = xx * angle.cos() + yy * angle.sin(), yy * angle.cos() - xx * angle.sin()
        line = torch.exp(-across ** 2 / 0.5) * torch.sigmoid(6 * (length - along.abs()))
        kernel = torch.where((torch.rand(n, device=x.device) < 0.15)[:, None, None], line, kernel)
        kernel = kernel / kernel.sum((1, 2), keepdim=True)
        blurred = F.conv2d(F.pad(x, (4, 4, 4, 4), mode="replicate").reshape(1, n * 3, CROP + 8, CROP + 8), kernel.repeat_interleave(3, 0)[:, None], groups=n * 3).reshape(n, 3, CROP, CROP)
        soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
        sharper = ((torch.rand(n, device=x.device) < 0.3).float() * rand(n, 0.2, 1.2, x))[:, None, None, None]
        return (blurred + sharper * (x - soft)).clamp(-1, 1)

    def _coarsen(self, x):
        """A fifth of the pictures as small faces are: few pixels, enlarged."""
        order = torch.randperm(len(x), device=x.device)
        out = x.clone()
        for i, side in enumerate((64, 48, 40, 32)):
            part = order[i::20]
            small = F.interpolate(x[part], size=(side, side), mode="area")
            out[part] = F.interpolate(small, size=(CROP, CROP), mode="bilinear" if i % 2 else "bicubic", align_corners=False)
        return out

    def _noise(self, x):
        n = len(x)
        size = (torch.rand(n, device=x.device) < 0.5).float() * rand(n, 0, 0.08, x)
        coloured = rand(n, 0, 1, x)[:, None, None, None]
        noise = torch.randn(n, 1, CROP, CROP, device=x.device) * (1 - coloured) + torch.randn(n, 3, CROP, CROP, device=x.device) * coloured
        return x + size[:, None, None, None] * noise

    @staticmethod
    def _dct(device):
        k, i = torch.arange(8, device=device).float()[:, None], torch.arange(8, device=device).float()[None]
        matrix = torch.cos((2 * i + 1) * k * math.pi / 16) * math.sqrt(2 / 8)
        matrix[0] /= math.sqrt(2)
        return matrix

    def _compress(self, x):
        """What a codec keeps: blocks of 8×8 in coarse steps, coarser for high frequencies."""
        n = len(x)
        worse = (torch.rand(n, device=x.device) < 0.45).float() * rand(n, 0, 1, x) ** 2
        k = torch.arange(8, device=x.device).float()
        luma = (x * torch.tensor([0.3, 0.59, 0.11], device=x.device)[None, :, None, None]).sum(1, keepdim=True)
        planes = torch.cat([luma, x[:, :1] - luma, x[:, 2:] - luma], 1)
        blocks = planes.reshape(n, 3, 12, 8, 12, 8).permute(0, 1, 2, 4, 3, 5)
        blocks = self.dct @ blocks @ self.dct.T
        steps = worse[:, None, None, None, None, None] * (0.02 + 0.05 * (k[:, None] + k[None]))[None, None, None, None] \
            * torch.tensor([1.0, 2.0, 2.0], device=x.device)[None, :, None, None, None, None]
        steps = steps.clamp(min=1e-4)
        blocks = self.dct.T @ ((blocks / steps).round() * steps) @ self.dct
        planes = blocks.permute(0, 1, 2, 4, 3, 5).reshape(n, 3, CROP, CROP)
        luma, red, blue = planes[:, :1], planes[:, 1:2] + planes[:, :1], planes[:, 2:] + planes[:, :1]
        green = (luma - 0.3 * red - 0.11 * blue) / 0.59
        return torch.cat([red, green, blue], 1)

    def _hide(self, x):
        """Glasses, a fringe, a beard, a hand or a microphone, another background, each on some of the pictures. Eyes lie where registration has put them."""
        n, like = len(x), x
        gx, gy = self.grid[..., 0][None], self.grid[..., 1][None]
        each = lambda v: v[:, None, None]
        some = lambda share: each((torch.rand(n, device=x.device) < share).float())
        def dye(low, high, colourful=0.25):
            grey = low + (high - low) * torch.rand(n, 1, 1, 1, device=x.device)
            return grey + colourful * (high - low) * (torch.rand(n, 3, 1, 1, device=x.device) - 0.5)

        # another background
        far = (((gx - 48) / each(rand(n, 40, 46, like))) ** 2 + ((gy - 34) / each(rand(n, 52, 60, like))) ** 2).sqrt()
        outside = smooth(1.0, 1.08, far) * some(0.2)
        texture = F.interpolate(torch.randn(n, 3, 6, 6, device=x.device), size=(CROP, CROP), mode="bilinear", align_corners=False) * 0.5
        x = x + outside[:, None] * (dye(-1, 1, 0.6) + texture - x)

        # a beard: dark and rough below the nose, but for the lips
        jaw = smooth(1.25, 0.9, (((gx - 48) / 27) ** 2 + ((gy - 52) / each(rand(n, 30, 36, like))) ** 2).sqrt()) * smooth(43, 50, gy + 0 * far)
        lips = 1 - smooth(1.2, 0.8, (((gx - 48) / 14) ** 2 + ((gy - 58) / 8) ** 2).sqrt())
        beard = jaw * lips * some(0.1) * each(rand(n, 0.2, 0.8, like)) * (0.75 + 0.5 * torch.rand(n, CROP, CROP, device=x.device))
        x = x + beard.clamp(0, 1)[:, None] * (dye(-1, -0.5) - x)

        # a fringe, with strands
        edge = each(rand(n, -4, 19, like)) + each(rand(n, 0, 5, like)) * torch.sin(each(rand(n, 0.03, 0.25, like)) * gx + each(rand(n, 0, 6.3, like)))
        edge = edge + each(rand(n, -0.35, 0.35, like)) * (gx - 48) + 2.5 * F.interpolate(torch.randn(n, 1, CROP // 2, device=x.device), size=CROP, mode="linear", align_corners=False)
        strands = F.interpolate(torch.randn(n, 1, 4, CROP, device=x.device), size=(CROP, CROP), mode="bilinear", align_corners=False) * 0.25
        fringe = smooth(1, -1, gy - edge) * some(0.14) * each(rand(n, 0.6, 1, like))
        x = x + fringe[:, None] * (dye(-1, 0.2) + strands - x)

        # glasses: two rims, a bridge, temples; clear, tinted or reflecting
        glasses, thick = some(0.24), each(rand(n, 0.5, 1.5, like))
        w, h, lift, power = each(rand(n, 9, 13, like)), each(rand(n, 6, 10, like)), each(rand(n, -1, 4, like)), each(rand(n, 2, 6, like))
        ink, tint = dye(-1, 0.1), dye(-1, 0.6)
        rims = torch.zeros_like(far)
        inside = torch.zeros_like(far)
        for eye in (32.3, 63.7):
            r = (((gx - eye).abs() / w) ** power + ((gy - 21 - lift).abs() / h) ** power) ** (1 / power)
            rims = torch.maximum(rims, torch.sigmoid(3 * (thick - (r - 1).abs() * torch.minimum(w, h))))
            inside = torch.maximum(inside, smooth(1.03, 0.97, r))
        bridge = torch.sigmoid(3 * (thick - (gy - 19 - lift).abs())) * torch.sigmoid(3 * (48 + 0 * gx - 32.3 - w - (gx - 48).abs()))
        temples = torch.sigmoid(3 * (thick - (gy - 18 - lift).abs())) * torch.sigmoid(3 * ((gx - 48).abs() - 15.7 - w)) * smooth(40, 34, (gx - 48).abs() + 0 * w)
        rims = torch.maximum(rims, torch.maximum(bridge, temples)) * glasses * each(rand(n, 0.5, 1, like))
        glare_at = each(rand(n, -12, 12, like))
        glare = smooth(each(rand(n, 1, 5, like)), 0, (gx - 48 + 0.7 * (gy - 21) + glare_at).remainder(31.4).sub(15.7).abs()) * some(0.35) * each(rand(n, 0, 0.6, like))
        x = x + (inside * glasses * some(0.4) * each(rand(n, 0, 0.35, like)))[:, None] * (tint - x)
        x = x + (inside * glasses * glare)[:, None] * (0.9 - x)
        x = x + rims[:, None] * (ink - x)

        # a hand, a cup or a microphone over part of the lower face
        cx, cy = each(rand(n, 12, 84, like)), each(rand(n, 62, 100, like))
        angle = each(rand(n, 0, math.pi, like))
        u, v = (gx - cx) * angle.cos() + (gy - cy) * angle.sin(), (gy - cy) * angle.cos() - (gx - cx) * angle.sin()
        thing = smooth(1.05, 0.95, ((u / each(rand(n, 8, 26, like))) ** 2 + (v / each(rand(n, 4, 11, like))) ** 2).sqrt()) * some(0.1)
        skin = x[:, :, 36:44, 30:66].mean((2, 3), keepdim=True)
        dyed = torch.where((torch.rand(n, 1, 1, 1, device=x.device) < 0.6), skin * rand(n, 0.7, 1.1, like)[:, None, None, None], dye(-1, 0.4))
        return x + thing[:, None] * (dyed + 0.15 * texture - x)

import type { Pixels } from "../../frame.js";
import { clamp01 } from "../geometry/kernels.js";
import { boundingRect, type Rect } from "../synthesis/canvas.js";
import type { Opening } from "../synthesis/opening.js";
import type { PosedFace } from "../synthesis/posed-face.js";
import { sampleBilinear } from "../synthesis/sample-image.js";
import { percentile, type SkinTone } from "../synthesis/skin-tone.js";
import { openingPolygon } from "../synthesis/opening-polygon.js";
import { Rim } from "./rim.js";

/** Skin round the eye's corners that the plates cover, and how far beyond its middle an opened lid may uncover them, cm. */
const SIDE = 0.3, REACH = 1.1;
/** The iris' disc is taken a little larger than its landmarks, and its edge is soft over this share of its radius. */
const DISC = 1.1, EDGE = 0.16;
/** Of what is seen beside the iris so many percent are darker than the white of the eye: lashes, corners, the lid's shadow. */
const WHITE = 80;
/** The eyeball is round: at its corners it is darker by so much than in its middle. */
const ROUND = 0.16;

/**
 * One eye of a photo in two layers, both over a box of the photo: the eyeball without its iris, and the iris as a whole disc, as they would
 * be seen without lids. What the photo shows is kept; what its lids cover is made up: sclera from what is seen of it, the iris from its
 * other half.
 */
export interface EyePlate extends Rect {
  readonly opening: Opening;
  /** The white of the eye, RGB 0…255. */
  readonly white: readonly number[];
  /** [height, width, 3] 0…255. */
  readonly ball: Float32Array;
  /** [height, width, 4] the iris and its opacity, 0…255 and 0…1. */
  readonly iris: Float32Array;
  /** From corner to corner, pixels. */
  readonly span: number;
  /** The photo's lids. */
  readonly upper: Rim;
  readonly lower: Rim;
}

/** @param iris first of the eye's five iris landmarks (its centre); without irises the eye's middle stands for it */
export function makeEyePlate(image: Pixels, face: PosedFace, opening: Opening, iris: number, tone: SkinTone): EyePlate {
  const { scale } = face.pose, { points } = face;
  const upper = new Rim(points, opening.upper), lower = new Rim(points, opening.lower);
  const disc = irisDisc(face, opening, iris, upper, lower);
  const outline = openingPolygon(points, opening);
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  const tall = Float64Array.from([...outline, disc.x, disc.y - REACH * scale + SIDE * scale, disc.x, disc.y + REACH * scale - SIDE * scale]);
  const rect = boundingRect(tall, SIDE * scale, whole);
  const detail = Math.max(1, scale / 20);
  const sample = new Float32Array(3);
  /** The eyeball at a place, its lids' margins left out: the nearest row between them. */
  const seen = (x: number, y: number): [row: number, hidden: number] => {
    const column = Math.min(upper.right - detail, Math.max(upper.left + detail, x));
    const above = upper.at(column), below = lower.at(column);
    const lashes = Math.min(1.4 * detail, 0.22 * Math.max(0, below - above));
    const top = above + lashes, bottom = Math.max(below - 0.7 * lashes, top);
    const row = Math.min(bottom, Math.max(top, y));
    return [row, Math.abs(row - y)];
  };
  const read = (x: number, y: number): number[] => {
    sampleBilinear(image.data, image.width, image.height, x, y, sample, 0);
    return [sample[0], sample[1], sample[2]];
  };
  const white = scleraColour(disc, seen, read, upper, lower, tone);
  const profile = radialProfile(disc, seen, read);
  const middle = (upper.left + upper.right) / 2, half = (upper.right - upper.left) / 2;
  const ball = new Float32Array(rect.width * rect.height * 3), plate = new Float32Array(rect.width * rect.height * 4);
  for (let y = rect.y, n = 0; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++, n++) {
      const [row, hidden] = seen(x, y);
      const own = read(x, row);
      const distance = Math.hypot(x - disc.x, y - disc.y);
      // Sclera beside the iris runs on behind it and behind the lids.
      const behind = clamp01((DISC * 1.12 * disc.radius - Math.hypot(x - disc.x, row - disc.y)) / (0.2 * disc.radius) + 0.5);
      const fresh = clamp01(hidden / (1.5 * detail));
      // The socket is darker towards the brow, the ball towards its corners.
      const aside = Math.min(1, Math.abs(x - middle) / half), shade = (0.86 + 0.14 * clamp01((y - disc.y) / disc.radius + 1)) * (1 - ROUND * aside * aside);
      for (let c = 0; c < 3; c++) {
        const made = white[c] * shade;
        const kept = own[c] + (made - own[c]) * behind;
        ball[3 * n + c] = kept + (made - kept) * fresh * 0.85;
      }
      const opacity = clamp01((DISC * disc.radius - distance) / (EDGE * disc.radius) + 0.5);
      if (opacity === 0) continue;
      const mirrored = 2 * disc.y - y, [otherRow, otherHidden] = seen(x, mirrored);
      const ring = profileAt(profile, distance / disc.radius);
      const otherFresh = clamp01(otherHidden / (1.5 * detail));
      const other = read(x, otherRow);
      for (let c = 0; c < 3; c++) {
        const made = other[c] + (ring[c] - other[c]) * Math.max(otherFresh, 0.5);
        plate[4 * n + c] = own[c] + (made - own[c]) * fresh;
      }
      plate[4 * n + 3] = opacity;
    }
  }
  return { ...rect, opening, white, ball, iris: plate, span: Math.hypot(...cornersOf(points, opening)), upper, lower };
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

function irisDisc(face: PosedFace, opening: Opening, first: number, upper: Rim, lower: Rim): Disc {
  const { points } = face;
  if (points.length >= 2 * (first + 5)) {
    const x = points[2 * first], y = points[2 * first + 1];
    let radius = 0;
    for (let i = first + 1; i <= first + 4; i++) radius += Math.hypot(points[2 * i] - x, points[2 * i + 1] - y) / 4;
    return { x, y, radius };
  }
  const x = (upper.left + upper.right) / 2;
  return { x, y: (upper.at(x) + lower.at(x)) / 2, radius: 0.2 * Math.hypot(...cornersOf(points, opening)) };
}

function cornersOf(points: ArrayLike<number>, { upper }: Opening): [dx: number, dy: number] {
  const a = upper[0], b = upper[upper.length - 1];
  return [points[2 * b] - points[2 * a], points[2 * b + 1] - points[2 * a + 1]];
}

type Seen = (x: number, y: number) => [row: number, hidden: number];
type Read = (x: number, y: number) => number[];

/** The white of the eye beside the iris, not darker than the skin would have it. */
function scleraColour(disc: Disc, seen: Seen, read: Read, upper: Rim, lower: Rim, tone: SkinTone): number[] {
  const seenColours: number[][] = [], all: number[][] = [];
  for (let x = Math.ceil(upper.left); x <= upper.right; x++) {
    for (let y = Math.ceil(upper.at(x)); y <= lower.at(x); y++) {
      if (seen(x, y)[1] > 0) continue;
      const colour = read(x, y);
      all.push(colour);
      if (Math.hypot(x - disc.x, y - disc.y) > 1.2 * disc.radius && Math.abs(y - disc.y) < disc.radius) seenColours.push(colour);
    }
  }
  const base = seenColours.length > 4 ? [0, 1, 2].map((c) => percentile(seenColours.map((v) => v[c]), WHITE))
    : [0, 1, 2].map((c) => (all.length ? percentile(all.map((v) => v[c]), 80) : 0.85 * tone.luminance));
  const mean = (base[0] + base[1] + base[2]) / 3;
  const lift = Math.max(1, (0.82 * tone.luminance) / Math.max(1, mean));
  // In a narrow eye the measured pixels are half lid: most of the colour is a grey in the photo's light.
  return base.map((value, c) => (0.5 * value + 0.5 * mean * (1 + 0.4 * (tone.cast[c] - 1))) * lift);
}

/** Median colours of what is seen of the iris, ring by ring from its centre outwards. */
function radialProfile(disc: Disc, seen: Seen, read: Read): number[][] {
  const rings: number[][][] = Array.from({ length: 8 }, () => []);
  const step = Math.max(0.25, disc.radius / 12);
  for (let dy = -disc.radius; dy <= disc.radius; dy += step) {
    for (let dx = -disc.radius; dx <= disc.radius; dx += step) {
      const ring = Math.floor((8 * Math.hypot(dx, dy)) / (DISC * disc.radius));
      if (ring < 8 && seen(disc.x + dx, disc.y + dy)[1] === 0) rings[ring].push(read(disc.x + dx, disc.y + dy));
    }
  }
  let last = [40, 35, 32];
  const filled = rings.map((ring) => (last = ring.length ? [0, 1, 2].map((c) => percentile(ring.map((v) => v[c]), 50)) : last));
  return filled;
}

function profileAt(profile: number[][], share: number): number[] {
  const at = Math.min(profile.length - 1.001, Math.max(0, (share / DISC) * profile.length - 0.5)), i = Math.floor(at), t = at - i;
  return [0, 1, 2].map((c) => profile[i][c] + t * (profile[i + 1][c] - profile[i][c]));
}

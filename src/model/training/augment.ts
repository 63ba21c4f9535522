import { clamp01 } from "../geometry/kernels.js";
import { applySimilarity, invertSimilarity, type Similarity } from "../geometry/similarity.js";

/** How far an aligned crop may be off its registration, as landmarks of a real video are. */
const MAX_SHIFT = 2; // pixels
const MAX_ZOOM = 0.035;
const MAX_TURN = 0.05; // radians

/** How far another shape moves a face's parts, and how far apart the parts are that move the opposite way, pixels. */
const MAX_WAVE = 2.5;
const WAVELENGTHS = [90, 220] as const;
const WAVES = 2;

/** How much lighter than its middle one edge of a face may be made, and the other darker. */
const MAX_SLANT = 0.3;

/** A picture of a face on its way into a batch: [size, size, 3] RGB in −1…1. */
export type FaceImage = Float32Array;

/** Numbers in 0…1. */
export type Random = () => number;

/** A smooth displacement: (dx, dy)·sin(kx·x + ky·y + phase), in pixels. */
interface Wave {
  readonly kx: number;
  readonly ky: number;
  readonly phase: number;
  readonly dx: number;
  readonly dy: number;
}

/** How a face is resampled, from the new picture to the old one: a similarity, and waves on top. */
export interface Warp {
  readonly jitter: Similarity;
  readonly waves: readonly Wave[];
}

/** Changes nothing. */
export const STILL: Warp = { jitter: { a: 1, b: 0, tx: 0, ty: 0 }, waves: [] };

/**
 * {@link randomJitter}, and another shape of the face: narrower, longer, its eyes further apart. It stands for the many people there are: the
 * few of a dataset are learned by heart. (Without it, Exp-Sim in the wild was .007 above the landmark warp's for people of the training set,
 * and .016 below it for others.)
 */
export function randomWarp(random: Random, size: number): Warp {
  const waves = Array.from({ length: WAVES }, () => {
    const k = (2 * Math.PI) / (WAVELENGTHS[0] + (WAVELENGTHS[1] - WAVELENGTHS[0]) * random()), towards = 2 * Math.PI * random();
    const reach = MAX_WAVE * random(), along = 2 * Math.PI * random(), phase = 2 * Math.PI * random();
    return { kx: k * Math.cos(towards), ky: k * Math.sin(towards), phase, dx: reach * Math.cos(along), dy: reach * Math.sin(along) };
  });
  return { jitter: randomJitter(random, size), waves };
}

/** A small similarity about the crop's centre: what registration errors look like. */
export function randomJitter(random: Random, size: number): Similarity {
  const zoom = 1 + MAX_ZOOM * (2 * random() - 1), turn = MAX_TURN * (2 * random() - 1);
  const a = zoom * Math.cos(turn), b = zoom * Math.sin(turn), c = size / 2;
  return {
    a, b,
    tx: c - (a * c - b * c) + MAX_SHIFT * (2 * random() - 1),
    ty: c - (b * c + a * c) + MAX_SHIFT * (2 * random() - 1),
  };
}

/**
 * Resamples 8-bit pixels through `warp`, bilinearly, the border repeated, and mirrors the result when `flip`.
 *
 * @param pixels [size, size, 3], 0…255
 */
export function resampleFace(pixels: Uint8Array, size: number, { jitter, waves }: Warp, flip: boolean): FaceImage {
  const out = new Float32Array(size * size * 3);
  const { a, b, tx, ty } = jitter;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      // applySimilarity, written out: it would allocate for every pixel.
      let sx = a * (x + 0.5) - b * (y + 0.5) + tx, sy = b * (x + 0.5) + a * (y + 0.5) + ty;
      if (waves.length > 0) {
        const [dx, dy] = swayAt(waves, x + 0.5, y + 0.5);
        sx += dx;
        sy += dy;
      }
      const px = Math.min(size - 1, Math.max(0, sx - 0.5)), py = Math.min(size - 1, Math.max(0, sy - 0.5));
      const x0 = Math.min(size - 2, Math.floor(px)), y0 = Math.min(size - 2, Math.floor(py));
      const fx = px - x0, fy = py - y0;
      const from = 3 * (y0 * size + x0), below = from + 3 * size;
      const to = 3 * (y * size + (flip ? size - 1 - x : x));
      for (let c = 0; c < 3; c++) {
        const upper = pixels[from + c] * (1 - fx) + pixels[from + 3 + c] * fx;
        const lower = pixels[below + c] * (1 - fx) + pixels[below + 3 + c] * fx;
        out[to + c] = (upper * (1 - fy) + lower * fy) / 127.5 - 1;
      }
    }
  }
  return out;
}

/** What waves add up to at a point of the new picture. */
function swayAt(waves: readonly Wave[], x: number, y: number): [dx: number, dy: number] {
  let dx = 0, dy = 0;
  for (const wave of waves) {
    const height = Math.sin(wave.kx * x + wave.ky * y + wave.phase);
    dx += height * wave.dx;
    dy += height * wave.dy;
  }
  return [dx, dy];
}

/** Rounds in which waves are undone: each leaves a third of the error at most, as two waves rise by .17 a pixel each at most. */
const ROUNDS = 4;

/** Landmarks (x, y; pixel centres at .5) carried along by {@link resampleFace}. */
export function moveLandmarks(landmarks: Float32Array, size: number, { jitter, waves }: Warp, flip: boolean): Float32Array {
  const out = new Float32Array(landmarks.length), inverse = invertSimilarity(jitter);
  for (let i = 0; i < landmarks.length; i += 2) {
    let [x, y] = applySimilarity(inverse, landmarks[i], landmarks[i + 1]);
    for (let round = 0; round < ROUNDS && waves.length > 0; round++) {
      const [dx, dy] = swayAt(waves, x, y);
      [x, y] = applySimilarity(inverse, landmarks[i] - dx, landmarks[i + 1] - dy);
    }
    out[i] = flip ? size - x : x;
    out[i + 1] = y;
  }
  return out;
}

/** Steps of the tables that {@link randomColour} looks tones up in. */
const TONES = 1024;

/** Another light and camera: exposure, contrast, gamma and a cast, the same for every picture the returned function is given. */
export function randomColour(random: Random, strength: number): (face: FaceImage) => void {
  const around = (width: number) => 1 + strength * width * (2 * random() - 1);
  const gamma = around(0.35), contrast = around(0.3), exposure = around(0.3), saturation = around(0.4);
  const [red, green, blue] = [0.12, 0.08, 0.12].map((width) => {
    const gain = exposure * around(width);
    return Float32Array.from({ length: TONES + 1 }, (_, i) => gain * Math.pow(i / TONES, gamma));
  });
  const tone = (table: Float32Array, value: number) => table[Math.round(clamp01((value + 1) / 2) * TONES)];
  const shown = (value: number) => 2 * clamp01(0.5 + contrast * (value - 0.5)) - 1;
  return (face) => {
    for (let i = 0; i < face.length; i += 3) {
      const r = tone(red, face[i]), g = tone(green, face[i + 1]), b = tone(blue, face[i + 2]);
      const grey = (r + g + b) / 3;
      face[i] = shown(grey + saturation * (r - grey));
      face[i + 1] = shown(grey + saturation * (g - grey));
      face[i + 2] = shown(grey + saturation * (b - grey));
    }
  };
}

/** Light from one side, the same for every picture the returned function is given. In place. */
export function randomSlant(random: Random, size: number): (face: FaceImage) => void {
  const slant = MAX_SLANT * random(), from = 2 * Math.PI * random();
  const across = slant * Math.cos(from), down = slant * Math.sin(from);
  return (face) => {
    for (let i = 0; i < face.length; i++) {
      const pixel = Math.floor(i / 3), x = (2 * (pixel % size)) / size - 1, y = (2 * Math.floor(pixel / size)) / size - 1;
      face[i] = Math.min(1, (face[i] + 1) * (1 + across * x + down * y) - 1);
    }
  };
}

/** What a webcam and a codec do to the driver's face: sometimes blur, sometimes noise. In place. */
export function degrade(face: FaceImage, size: number, random: Random): void {
  if (random() < 0.35) boxBlur(face, size, random() < 0.5 ? 1 : 2);
  if (random() < 0.35) {
    const amplitude = 0.08 * random();
    for (let i = 0; i < face.length; i++) face[i] = Math.min(1, Math.max(-1, face[i] + amplitude * (random() + random() - 1)));
  }
}

/** Mean over 1×(2·radius+1) windows, across and then down, the border repeated; in place. */
function boxBlur(face: FaceImage, size: number, radius: number): void {
  const line = new Float32Array(size);
  for (const [step, next] of [[3, 3 * size], [3 * size, 3]]) {
    for (let j = 0; j < size; j++) {
      for (let c = 0; c < 3; c++) {
        const start = j * next + c;
        for (let i = 0; i < size; i++) line[i] = face[start + i * step];
        for (let i = 0; i < size; i++) {
          let sum = 0;
          for (let k = -radius; k <= radius; k++) sum += line[Math.min(size - 1, Math.max(0, i + k))];
          face[start + i * step] = sum / (2 * radius + 1);
        }
      }
    }
  }
}

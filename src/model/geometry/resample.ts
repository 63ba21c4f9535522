import { cubicWeights, type FourWeights } from "./kernels.js";

/** A square or rectangular plane of floats, [height, width, channels], any range. */
export interface Plane {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What {@link enlarge} fills, kept for the next time: an empty object at first. */
export interface EnlargeScratch {
  /** [height of the plane, width of the result, channels]. */
  wide?: Float32Array;
  /** [height, width, channels] of the result. */
  data?: Float32Array;
}

/**
 * Enlarges a plane with a four-tap kernel, one axis after the other; samples beyond the border repeat the border.
 * Pixel centres are at .5 in both planes, so the picture keeps its place. Meant for enlarging: it does not average when it shrinks.
 *
 * @param width of the result, pixels
 * @param height of the result, pixels
 * @param kernel weights for a position between two samples
 * @param scratch what is filled, the result too: for sizes that stay the same. Anew where it is left out
 */
export function enlarge(plane: Plane, width: number, height: number, kernel: (t: number) => FourWeights = cubicWeights, scratch: EnlargeScratch = {}): Plane {
  const { channels } = plane;
  const columns = taps(plane.width, width, kernel), rows = taps(plane.height, height, kernel);
  const wide = scratch.wide ??= new Float32Array(plane.height * width * channels);
  for (let y = 0; y < plane.height; y++) {
    const from = y * plane.width * channels;
    for (let x = 0, to = y * width * channels; x < width; x++) {
      const { at: [i0, i1, i2, i3], weights: [w0, w1, w2, w3] } = columns[x];
      for (let c = from; c < from + channels; c++, to++) {
        wide[to] = w0 * plane.data[c + i0 * channels] + w1 * plane.data[c + i1 * channels]
          + w2 * plane.data[c + i2 * channels] + w3 * plane.data[c + i3 * channels];
      }
    }
  }
  const stride = width * channels;
  const data = scratch.data ??= new Float32Array(height * stride);
  for (let y = 0; y < height; y++) {
    const { at: [i0, i1, i2, i3], weights: [w0, w1, w2, w3] } = rows[y];
    for (let x = 0; x < stride; x++) {
      data[y * stride + x] = w0 * wide[i0 * stride + x] + w1 * wide[i1 * stride + x]
        + w2 * wide[i2 * stride + x] + w3 * wide[i3 * stride + x];
    }
  }
  return { data, width, height, channels };
}

/** Which four samples, held inside 0…from−1, and which weights make up each of `to` positions. */
function taps(from: number, to: number, kernel: (t: number) => FourWeights): { at: FourWeights; weights: FourWeights }[] {
  return Array.from({ length: to }, (_, k) => {
    const position = (k + 0.5) * from / to - 0.5;
    const base = Math.floor(position);
    const hold = (i: number) => Math.min(from - 1, Math.max(0, base + i));
    return { at: [hold(-1), hold(0), hold(1), hold(2)], weights: kernel(position - base) };
  });
}

/**
 * Backward warp with bilinear sampling: out(x, y) = plane(x + fx, y + fy), positions held inside the plane
 * (the `warp` of the motion head, x̂' = m·x̂ + (1 − m)·warp(x_t, f)).
 *
 * @param flow [height, width, 2], x then y, in pixels of the plane
 * @param out receives the result; allocated when left out
 * @returns [height, width, channels]
 */
export function warpBilinear(plane: Plane, flow: Float32Array, out = new Float32Array(plane.data.length)): Float32Array {
  const { data, width, height, channels } = plane;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const sx = Math.min(width - 1, Math.max(0, x + flow[2 * p])), sy = Math.min(height - 1, Math.max(0, y + flow[2 * p + 1]));
      const ix = Math.min(width - 2, Math.floor(sx)), iy = Math.min(height - 2, Math.floor(sy));
      const u = sx - ix, v = sy - iy;
      const w00 = (1 - u) * (1 - v), w10 = u * (1 - v), w01 = (1 - u) * v, w11 = u * v;
      let o = (iy * width + ix) * channels;
      for (let c = 0; c < channels; c++, o++) {
        out[p * channels + c] = w00 * data[o] + w10 * data[o + channels]
          + w01 * data[o + width * channels] + w11 * data[o + (width + 1) * channels];
      }
    }
  }
  return out;
}

import { smoothstep } from "../geometry/kernels.js";

/** How much of every place of a photo is a person, as a model sees it: a small picture that is stretched over the photo. */
export interface PersonMask {
  /** [height, width] 0…1. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** From here on a place belongs to the person. */
const PERSON = 0.5;
/** Certainty is stretched: below and above these a place is wholly not, or wholly the person's. */
const NOT = 0.1, WHOLLY = 0.9;
/** Of the face's landmarks inside the picture so many lie on the person, or the mask is of something else. */
const FACE_SHARE = 0.95;
/** A head with its hair covers so many times the face at least; at least this share of the picture has to be left to stand still. */
const LEAST_HEAD = 1.15, LEAST_BACKGROUND = 0.04;
/** Of the person's area in the mask, places that are neither at most: more of them, and the model was guessing. */
const MOST_UNSURE = 0.15;

/**
 * The part of a mask that belongs to one face, other people left away; undefined where the mask does not deserve trust: it misses the
 * face, is as small as a face alone, leaves no background, or is unsure.
 *
 * @param points x0, y0, x1, y1, … of the face's landmarks, pixels of the photo
 * @param photo its size
 */
export function personOf(mask: PersonMask, points: ArrayLike<number>, photo: { readonly width: number; readonly height: number }): PersonMask | undefined {
  const { width, height } = mask, across = width / photo.width, down = height / photo.height;
  const own = new Uint8Array(width * height), open: number[] = [];
  const enter = (n: number) => {
    if (own[n] !== 0 || mask.data[n] < NOT) return;
    own[n] = 1;
    open.push(n);
  };
  let inside = 0, on = 0, left = width, right = 0, top = height, bottom = 0;
  for (let k = 0; k + 1 < points.length; k += 2) {
    const i = Math.floor(points[k] * across), j = Math.floor(points[k + 1] * down);
    if (i < 0 || j < 0 || i >= width || j >= height) continue;
    inside++;
    left = Math.min(left, i);
    right = Math.max(right, i + 1);
    top = Math.min(top, j);
    bottom = Math.max(bottom, j + 1);
    if (mask.data[j * width + i] < PERSON) continue;
    on++;
    enter(j * width + i);
  }
  if (inside === 0 || on < FACE_SHARE * inside) return undefined;
  let area = 0, unsure = 0;
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (mask.data[n] > PERSON) area++;
    if (mask.data[n] > 0.2 && mask.data[n] < 0.8) unsure++;
    const i = n % width;
    if (i > 0) enter(n - 1);
    if (i < width - 1) enter(n + 1);
    if (n >= width) enter(n - width);
    if (n < own.length - width) enter(n + width);
  }
  const oval = (Math.PI / 4) * (right - left) * (bottom - top);
  if (area < LEAST_HEAD * oval || area > (1 - LEAST_BACKGROUND) * own.length || unsure > MOST_UNSURE * area) return undefined;
  return { width, height, data: mask.data.map((value, n) => own[n] * smoothstep((value - NOT) / (WHOLLY - NOT))) };
}

import type { Pixels } from "../frame.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { boxOf, MANY_FACES, type FaceBox } from "../model/landmarks/pick-face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";

/**
 * Squares of these shares of the longer side are looked at, with as much again between them as they are wide. Measured on a face of 45
 * pixels in a photo of 2,000: FaceMesh finds it in squares of 1,000; MediaPipe in those of 500 sometimes, elsewhere not at all.
 */
const SHARES = [1 / 2, 1 / 4];
/** A square is at least this large, pixels: a face that fills less of a photo is of no use. */
const SMALLEST = 128;
/** Side of what is cut out round a face by the face's. */
const ROOM = 3;

/**
 * Looks for faces that are too small in the whole photo to be found: square by square, in smaller ones where larger ones show none.
 * Returns them in the photo's pixels, each once.
 *
 * @param sizes how many sizes of squares are tried, at most
 */
export async function lookCloser(photo: Pixels, source: LandmarkSource, sizes = SHARES.length): Promise<FaceLandmarks[]> {
  for (const share of SHARES.slice(0, sizes)) {
    const side = Math.round(share * Math.max(photo.width, photo.height)), found: FaceLandmarks[] = [];
    if (side < SMALLEST) return [];
    for (const top of starts(photo.height, side)) {
      for (const left of starts(photo.width, side)) {
        const faces = await source.detect(cut(photo, left, top, side), { maxFaces: MANY_FACES, irises: true });
        for (const face of faces) {
          const there = moved(face, left, top);
          if (!found.some((known) => isSame(boxOf(known), boxOf(there)))) found.push(there);
        }
      }
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** Where squares begin along a side: half of each is in the next one. */
function starts(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((2 * (length - side)) / side);
  return Array.from({ length: count + 1 }, (_, i) => Math.round((i * (length - side)) / count));
}

/** A face that lies elsewhere by so many pixels. */
export function moved(face: FaceLandmarks, right: number, down: number): FaceLandmarks {
  return { ...face, points: face.points.map((value, i) => value + (i % 3 === 0 ? right : i % 3 === 1 ? down : 0)) };
}

/** A face with as much again on every side, and where that lies in the photo. */
export function cutRound(photo: Pixels, face: FaceLandmarks): { picture: Pixels; left: number; top: number } {
  const { x, y, width, height } = boxOf(face), side = Math.min(Math.ceil(ROOM * Math.max(width, height)), photo.width, photo.height);
  const start = (middle: number, length: number) => Math.round(Math.min(Math.max(0, middle - side / 2), length - side));
  const left = start(x + width / 2, photo.width), top = start(y + height / 2, photo.height);
  return { picture: cut(photo, left, top, side), left, top };
}

function cut({ data, width, height }: Pixels, left: number, top: number, side: number): Pixels {
  const across = Math.min(side, width - left), down = Math.min(side, height - top), part = new Uint8Array(3 * across * down);
  for (let y = 0; y < down; y++) {
    const from = 3 * ((top + y) * width + left);
    part.set(data.subarray(from, from + 3 * across), 3 * across * y);
  }
  return { data: part, width: across, height: down };
}

/** Whether the middle of one is well within the other. */
function isSame(a: FaceBox, b: FaceBox): boolean {
  const apart = Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2);
  return apart < Math.min(a.width, a.height, b.width, b.height) / 2;
}

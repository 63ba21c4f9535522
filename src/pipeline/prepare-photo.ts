import { ReenactError } from "../errors.js";
import type { Pixels } from "../frame.js";
import { alignFace } from "../model/geometry/alignment.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { Similarity } from "../model/geometry/similarity.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { boxOf, fromLeft, MANY_FACES, pickFace, type FaceBox, type FaceChoice } from "../model/landmarks/pick-face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import { findTurn, isUpright, turnNotes } from "./find-turn.js";
import { searchCloser } from "./search-closer.js";

/** A photo's face: where it is, and what the network reads of it. */
export interface PhotoFace {
  /** Crop pixels (0…96) to photo pixels. */
  readonly alignment: Similarity;
  /** [96, 96, 3] RGB in −1…1. */
  readonly crop: Float32Array;
  /** In the photo's pixels. */
  readonly landmarks: FaceLandmarks;
  /** All faces in the photo, from the left, in its pixels, and which of them this is, counting from 1. */
  readonly faces: readonly FaceBox[];
  readonly number: number;
}

/** Landmark models look at a few hundred pixels: a larger photo is searched in this size, pixels. */
const SEARCH_SIDE = 1280;

/**
 * Finds the face that is meant in a photo and registers it.
 *
 * @throws ReenactError NO_FACE_IN_PHOTO when there is none, or fewer than `choice` asks for
 */
export async function preparePhoto(photo: Pixels, source: LandmarkSource, choice: FaceChoice): Promise<PhotoFace> {
  const { image, scale } = shrink(photo);
  const seen = await search(image, source);
  const faces = seen.length > 0 ? seen.map((face) => ({ ...face, points: face.points.map((value) => value * scale) })) : await searchCloser(photo, source);
  const face = pickFace(faces, choice);
  if (!face) {
    const found = faces.length === 0 ? "none was found" : `it has ${faces.length}`;
    const wanted = choice === "largest" ? "a face" : `at least ${choice} faces`;
    throw new ReenactError("NO_FACE_IN_PHOTO", `Expected ${wanted} in the photo but ${found}: use a photo that shows the face from the front, large and well lit.`);
  }
  const alignment = alignFace(face), all = fromLeft(faces);
  return { alignment, crop: sampleCrop(photo, alignment), landmarks: face, faces: all.map(boxOf), number: all.indexOf(face) + 1 };
}

/** The faces in a picture, as it is or, where none is certainly upright, turned so that one is. */
async function search(image: Pixels, source: LandmarkSource): Promise<FaceLandmarks[]> {
  const options = { maxFaces: MANY_FACES, irises: true }, seen = await source.detect(image, options);
  if (seen.some((face) => isUpright(face, source.name))) return seen;
  const turn = await findTurn([image], source), turned = turn === 0 ? [] : await turnedSource(source, turn).detect(image, options);
  return turned.length > 0 ? turned : seen;
}

/** Sentences for the user about which face it is, and how small. @param choice what was asked for */
export function faceNotes({ alignment: { a, b }, landmarks: { turn = 0 }, faces, number }: PhotoFace, choice: FaceChoice): string[] {
  const { width } = faces[number - 1], notes = turnNotes(turn, "The face in the photo");
  if (choice === "largest" && faces.length > 1) {
    notes.push(`The photo shows ${faces.length} faces: the largest comes alive, number ${number} from the left; --face chooses another one.`);
  }
  // Less than a pixel of the photo for each that the network reads.
  if (Math.hypot(a, b) < 1) notes.push(`The face is only ${Math.round(width)} pixels wide: a photo that shows it larger will look better.`);
  return notes;
}

/** The photo averaged over whole blocks until it is small enough, and how many pixels a block has along its side. */
function shrink(photo: Pixels): { image: Pixels; scale: number } {
  const scale = Math.ceil(Math.max(photo.width, photo.height) / SEARCH_SIDE);
  if (scale <= 1) return { image: photo, scale: 1 };
  const width = Math.floor(photo.width / scale), height = Math.floor(photo.height / scale);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, to++) {
        let sum = 0;
        for (let dy = 0; dy < scale; dy++) {
          for (let dx = 0; dx < scale; dx++) sum += photo.data[3 * ((y * scale + dy) * photo.width + x * scale + dx) + c];
        }
        data[to] = sum / (scale * scale);
      }
    }
  }
  return { image: { data, width, height }, scale };
}

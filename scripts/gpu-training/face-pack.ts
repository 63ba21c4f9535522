import { open, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { Pixels } from "../../src/frame.js";
import { alignFace } from "../../src/model/geometry/alignment.js";
import { sampleCrop } from "../../src/model/geometry/sample-crop.js";
import { applySimilarity, invertSimilarity, type Similarity } from "../../src/model/geometry/similarity.js";
import type { FaceLandmarks } from "../../src/model/landmarks/face.js";

/** Side of a packed picture, its pixels per crop pixel, and the crop pixels that it shows beyond the 96×96 crop on every side. */
export const SIDE = 160, SCALE = 4 / 3, MARGIN = 12;

/** What a record is of: a rendered face, a photo as it is, or a frame of a video. */
export const KINDS = ["rendered", "photo", "frame"] as const;

/** One face with its labels. */
export interface PackedFace {
  readonly kind: (typeof KINDS)[number];
  /** Who it shows, as a number; the same for all of one person's records. */
  readonly person: number;
  /** How often it should be drawn, relative to others of its kind. */
  readonly weight: number;
  /** Whether nothing may learn from it. */
  readonly heldOut: boolean;
  readonly picture: Pixels;
  /** Found in `picture`, with scores. */
  readonly face: FaceLandmarks;
  /** [51] what it was rendered with; left out where nobody knows. */
  readonly requested?: Float32Array;
}

/** Landmarks a trainer needs: registration, lids, lips, brows, the oval, irises, and enough of the skin to know how deep it lies. */
export const POINTS: readonly number[] = [...new Set([
  33, 133, 362, 263, 168, 6, 197, 195, 2, 98, 327, 5, 4, 1, 94,
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
  149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
  61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
  78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
  246, 161, 160, 159, 158, 157, 173, 155, 154, 153, 145, 144, 163, 7, 466, 388, 387, 386, 385, 384, 398, 382, 381, 380, 374, 373, 390, 249,
  46, 53, 52, 65, 55, 70, 63, 105, 66, 107, 276, 283, 282, 295, 285, 300, 293, 334, 296, 336,
  50, 280, 205, 425, 117, 346, 123, 352, 187, 411, 36, 266, 151, 9, 8, 199, 200, 18, 129, 358, 49, 279,
  468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
])];

/** Coordinates are kept in these parts of a crop pixel. */
const STEPS = 64;

/**
 * Writes faces for a trainer in another language: `pictures.bin` (WebP after WebP), `records.f32.bin` and `points.i16.bin` (one row a record) and
 * `pack.json`, which says what their columns are.
 */
export class FacePack {
  #records: number[] = [];
  #points: number[] = [];
  #offset = 0;

  private constructor(private readonly dir: string, private readonly names: readonly string[], private readonly pictures: FileHandle) {}

  /** @param dir an empty folder @param names the expression scores of a record, in order */
  static async create(dir: string, names: readonly string[]): Promise<FacePack> {
    return new FacePack(dir, names, await open(join(dir, "pictures.bin"), "wx"));
  }

  get size(): number {
    return this.#records.length / (6 + 2 * this.names.length);
  }

  async add({ kind, person, weight, heldOut, picture, face, requested }: PackedFace): Promise<void> {
    const toImage = alignFace(face), toCrop = invertSimilarity(toImage);
    const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
    const image = await sharp(packedPicture(picture, toImage), { raw }).webp({ quality: 80, effort: 3, smartSubsample: true }).toBuffer();
    const scores = this.names.map((name) => face.blendshapes![name] ?? 0);
    const about = [KINDS.indexOf(kind), person, weight, heldOut ? 1 : 0, this.#offset, image.length];
    this.#records.push(...about, ...scores, ...(requested ?? scores.map(() => NaN)));
    const perCrop = Math.hypot(toCrop.a, toCrop.b);
    for (const i of POINTS) {
      const [x, y] = applySimilarity(toCrop, face.points[3 * i], face.points[3 * i + 1]);
      this.#points.push(...[x, y, face.points[3 * i + 2] * perCrop].map((v) => Math.max(-32768, Math.min(32767, Math.round(v * STEPS)))));
    }
    await this.pictures.write(image, 0, image.length, this.#offset);
    this.#offset += image.length;
  }

  /** Writes the rows and their description. @param facts what else a reader of `pack.json` should know */
  async close(facts: object): Promise<void> {
    await this.pictures.close();
    await writeFile(join(this.dir, "records.f32.bin"), new Uint8Array(Float32Array.from(this.#records).buffer));
    await writeFile(join(this.dir, "points.i16.bin"), new Uint8Array(Int16Array.from(this.#points).buffer));
    const each = ["score", "requested"].flatMap((of) => this.names.map((name) => `${of}.${name}`));
    const columns = ["kind", "person", "weight", "heldOut", "offset", "bytes", ...each];
    await writeFile(join(this.dir, "pack.json"), JSON.stringify({
      records: this.size, kinds: KINDS, side: SIDE, scale: SCALE, margin: MARGIN, steps: STEPS, points: POINTS, names: this.names, columns, ...facts,
    }));
  }
}

/** The crop and what lies round it, a little finer than the crop. */
function packedPicture(image: Pixels, { a, b, tx, ty }: Similarity): Buffer {
  const corner = -MARGIN; // of the packed picture, in the crop
  const toImage = { a: a / SCALE, b: b / SCALE, tx: (a - b) * corner + tx, ty: (a + b) * corner + ty };
  return Buffer.from(Uint8Array.from(sampleCrop(image, toImage, SIDE), (value) => Math.round((value + 1) * 127.5)));
}

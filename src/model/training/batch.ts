import { CROP_SIZE } from "../geometry/alignment.js";
import { invertSimilarity } from "../geometry/similarity.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import type { Split } from "../synthesis/dataset-format.js";
import { degrade, moveLandmarks, randomColour, randomJitter, resampleFace, type Random } from "./augment.js";
import { drawLandmarkImage } from "./landmark-image.js";
import { openedMouth, regionWeights } from "./region-weights.js";

/** Landmarks of the face mesh; irises are left out. */
export const LANDMARKS = 468;

/** How much more a landmark counts in the flow loss: lips and lids are small, decisive, and outnumbered by cheeks and forehead. */
const DECISIVE = new Map<number, number>([
  ...[
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
  ].map((lip) => [lip, 3] as const),
  // A blink moves fewer pixels than anything else: at 3, lids stayed open after 1,700 steps while mouths already followed.
  ...[
    246, 161, 160, 159, 158, 157, 173, 155, 154, 153, 145, 144, 163, 7, 466, 388, 387, 386, 385, 384, 398, 382, 381, 380, 374, 373, 390, 249,
  ].map((lid) => [lid, 10] as const),
]);

/** A batch of synthesised cross-identity pairs: source A with expression w, target B with any, truth B with w. All row-major. */
export interface Batch {
  readonly size: number;
  /** x_s [b, 96, 96, 3] in −1…1, degraded as a driver's frames are. */
  readonly source: Float32Array;
  /** x_t [b, 96, 96, 3]. */
  readonly target: Float32Array;
  /** x [b, 96, 96, 3]. */
  readonly truth: Float32Array;
  /** g [b, 6], soft; zero rows show none of the six. */
  readonly labels: Float32Array;
  /** The expression weights w [b, 51] in 0…1 of source and truth. */
  readonly weights: Float32Array;
  /** Z [b, 96, 96, 1] of the source. */
  readonly landmarkImage: Float32Array;
  /** H [b, 96, 96, 3] of the target's person. */
  readonly identityMap: Float32Array;
  /** The truth's landmarks [b, 468, 2] as {@link flowLoss} takes them: pixel centres at whole numbers. */
  readonly points: Float32Array;
  /** target − truth landmarks [b, 468, 2]. */
  readonly way: Float32Array;
  /** [b, 468]. */
  readonly pointWeights: Float32Array;
  /** [b, 96, 96, 1]. */
  readonly regions: Float32Array;
  /** What m is asked for at least: 1 inside a mouth that was opened [b, 96, 96, 1]. */
  readonly opened: Float32Array;
}

/** How pairs are drawn. `augment` false: no jitter, no colour, no blur, no flips (evaluation). */
export interface PairOptions {
  readonly split: Split;
  readonly augment: boolean;
  readonly random: Random;
}

/** Draws batches of pairs from a dataset, photos by their weight. */
export class PairSampler {
  readonly #dataset: FaceDataset;
  readonly #options: PairOptions;
  readonly #photos: number[];
  readonly #cumulative: number[] = [];
  /** For each expression weight, the one it becomes in the mirror. */
  readonly #mirrored: readonly number[];

  constructor(dataset: FaceDataset, options: PairOptions) {
    this.#dataset = dataset;
    this.#options = options;
    this.#photos = dataset.photosIn(options.split);
    const names = dataset.info.blendshapes;
    this.#mirrored = names.map((name) => names.indexOf(name.replace(/Left|Right/, (side) => (side === "Left" ? "Right" : "Left"))));
    let sum = 0;
    for (const photo of this.#photos) this.#cumulative.push((sum += dataset.info.photos[photo].weight));
    if (this.#photos.length === 0) throw new RangeError(`Expected photos in the ${options.split} split but found none`);
  }

  /** The next `size` pairs. */
  next(size: number): Batch {
    const face = CROP_SIZE * CROP_SIZE;
    const batch: Batch = {
      size,
      source: new Float32Array(size * face * 3), target: new Float32Array(size * face * 3), truth: new Float32Array(size * face * 3),
      labels: new Float32Array(size * 6), weights: new Float32Array(size * this.#mirrored.length),
      landmarkImage: new Float32Array(size * face), identityMap: new Float32Array(size * face * 3),
      points: new Float32Array(size * LANDMARKS * 2), way: new Float32Array(size * LANDMARKS * 2),
      pointWeights: new Float32Array(size * LANDMARKS), regions: new Float32Array(size * face),
      opened: new Float32Array(size * face),
    };
    for (let i = 0; i < size; i++) this.#fill(batch, i);
    return batch;
  }

  #fill(batch: Batch, i: number): void {
    const { split, augment, random } = this.#options;
    const photo = this.#photo();
    const ofTarget = this.#dataset.samplesOf(photo);
    const truth = this.#dataset.sample(pick(ofTarget, random));
    const target = random() < 0.4 ? this.#dataset.original(photo) : this.#dataset.sample(pick(ofTarget, random));
    const source = this.#dataset.sample(pick(this.#dataset.samplesWearing(split, truth.pool), random));

    const flip = augment && random() < 0.5;
    const still = { a: 1, b: 0, tx: 0, ty: 0 };
    const jitterT = augment ? randomJitter(random, CROP_SIZE) : still, jitterS = augment ? randomJitter(random, CROP_SIZE) : still;
    const resampled = (pixels: Uint8Array, jitter = jitterT) => resampleFace(pixels, CROP_SIZE, jitter, flip);
    const faces = { source: resampled(source.pixels, jitterS), target: resampled(target.pixels), truth: resampled(truth.pixels) };
    const identityMap = resampled(this.#dataset.identityMap(photo));
    if (augment) {
      // One light on target and truth, another on the source, so that the driver's skin and camera cannot pass; H knows no light.
      const light = randomColour(random, 0.5);
      light(faces.target);
      light(faces.truth);
      randomColour(random, 1)(faces.source);
      degrade(faces.source, CROP_SIZE, random);
    }
    const face = CROP_SIZE * CROP_SIZE;
    batch.source.set(faces.source, i * face * 3);
    batch.target.set(faces.target, i * face * 3);
    batch.truth.set(faces.truth, i * face * 3);
    batch.identityMap.set(identityMap, i * face * 3);
    batch.labels.set(this.#dataset.label(truth.pool), i * 6);
    const weights = this.#dataset.weights(truth.pool);
    batch.weights.set(flip ? weights.map((_, k) => weights[this.#mirrored[k]]) : weights, i * weights.length);

    const inverseT = invertSimilarity(jitterT);
    const sourceLandmarks = moveLandmarks(source.landmarks, CROP_SIZE, invertSimilarity(jitterS), flip);
    const truthLandmarks = moveLandmarks(truth.landmarks, CROP_SIZE, inverseT, flip);
    const targetLandmarks = moveLandmarks(target.landmarks, CROP_SIZE, inverseT, flip);
    drawLandmarkImage(sourceLandmarks, CROP_SIZE, batch.landmarkImage.subarray(i * face, (i + 1) * face));
    regionWeights(truthLandmarks, CROP_SIZE, batch.regions.subarray(i * face, (i + 1) * face));
    openedMouth(truthLandmarks, targetLandmarks, CROP_SIZE, batch.opened.subarray(i * face, (i + 1) * face));
    for (let k = 0; k < LANDMARKS; k++) {
      const x = truthLandmarks[2 * k] - 0.5, y = truthLandmarks[2 * k + 1] - 0.5;
      const to = i * LANDMARKS + k;
      batch.points[2 * to] = x;
      batch.points[2 * to + 1] = y;
      batch.way[2 * to] = targetLandmarks[2 * k] - 0.5 - x;
      batch.way[2 * to + 1] = targetLandmarks[2 * k + 1] - 0.5 - y;
      const inside = x >= 0 && y >= 0 && x <= CROP_SIZE - 1 && y <= CROP_SIZE - 1;
      batch.pointWeights[to] = inside ? DECISIVE.get(k) ?? 1 : 0;
    }
  }

  #photo(): number {
    const at = this.#options.random() * this.#cumulative[this.#cumulative.length - 1];
    return this.#photos[this.#cumulative.findIndex((sum) => at < sum)];
  }
}

function pick(list: readonly number[], random: Random): number {
  return list[Math.floor(random() * list.length)];
}

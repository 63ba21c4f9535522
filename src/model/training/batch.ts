import { CROP_SIZE } from "../geometry/alignment.js";
import type { FaceDataset, FaceSample } from "../synthesis/dataset.js";
import type { Split } from "../synthesis/dataset-format.js";
import { degrade, moveLandmarks, randomColour, randomSlant, randomWarp, resampleFace, STILL, type Random, type Warp } from "./augment.js";
import type { TermName } from "./lambdas.js";
import { drawLandmarkImage } from "./landmark-image.js";
import { RealSources } from "./real-sources.js";
import { openedMouth, regionWeights } from "./region-weights.js";
import { STILL_POINTS, stillPoints } from "./still-points.js";

/** Landmarks of the face mesh; irises are left out. */
export const LANDMARKS = 468;

/** How much more a landmark counts in the flow loss: lips, lids and brows are small, decisive, and outnumbered by cheeks and forehead. */
const DECISIVE = new Map<number, number>([
  ...[
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
  ].map((lip) => [lip, 3] as const),
  // A blink moves fewer pixels than anything else: at 3, lids stayed open after 1,700 steps while mouths already followed.
  ...[
    246, 161, 160, 159, 158, 157, 173, 155, 154, 153, 145, 144, 163, 7, 466, 388, 387, 386, 385, 384, 398, 382, 381, 380, 374, 373, 390, 249,
  ].map((lid) => [lid, 10] as const),
  // At 1, brows of held-out people moved half as far as the truth's (slope 0.53; lips 0.84).
  ...[
    70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 300, 293, 334, 296, 336, 285, 295, 282, 283, 276,
  ].map((brow) => [brow, 4] as const),
]);

/** How much more a pixel inside an opened mouth counts: it can only be painted, and is judged as teeth or as a gap. */
const PAINTED = 6;

/** How often the target is the photo itself, as it is when the network is used, and not another synthesis of it, which shows other mouths. */
const UNTOUCHED = 0.7;

/** How much of a bigger batch's terms a part's are: of its pictures, and of the terms that count something else. */
export type Shares = { readonly pictures: number } & Readonly<Partial<Record<TermName, number>>>;

/** Faces with what their expression is known to be: all that the expression encoder alone is trained on. All row-major. */
export interface SourceBatch {
  readonly size: number;
  /** x_s [b, 96, 96, 3] in −1…1, degraded as a driver's frames are. */
  readonly source: Float32Array;
  /** g [b, 6], soft; zero rows show none of the six, or nobody knows (frames of videos): L_a leaves them out. */
  readonly labels: Float32Array;
  /** The expression weights w [b, 51] in 0…1 of source (and truth). */
  readonly weights: Float32Array;
  /** Z [b, 96, 96, 1] of the source. */
  readonly landmarkImage: Float32Array;
  /** Of a part of a bigger batch. */
  readonly shares?: Shares;
}

/** A batch of cross-identity pairs: source A (synthesised or a frame of a video) with expression w, target B with any, truth B with w. All row-major. */
export interface Batch extends SourceBatch {
  /** x_t [b, 96, 96, 3]. */
  readonly target: Float32Array;
  /** x [b, 96, 96, 3]. */
  readonly truth: Float32Array;
  /** The expression weights that the target shows [b, 51]: those it was synthesised with, or MediaPipe's reading of the photo. */
  readonly shown: Float32Array;
  /** H [b, 96, 96, 3] of the target's person. */
  readonly identityMap: Float32Array;
  /** The truth's landmarks [b, 468, 2] as {@link flowLoss} takes them: pixel centres at whole numbers. */
  readonly points: Float32Array;
  /** target − truth landmarks [b, 468, 2]. */
  readonly way: Float32Array;
  /** [b, 468]. */
  readonly pointWeights: Float32Array;
  /** What stands still between lids and lips, as {@link flowLoss} takes it: [b, 30, 2] and [b, 30]. */
  readonly stillPoints: Float32Array;
  readonly stillWeights: Float32Array;
  /** How much lighter the truth is than the target at each landmark [b, 468]. */
  readonly folds: Float32Array;
  /** [b, 96, 96, 1]. */
  readonly regions: Float32Array;
  /** What m is asked for at least: 1 inside a mouth that was opened [b, 96, 96, 1]. */
  readonly opened: Float32Array;
}

/** How pairs are drawn. `augment` false: no jitter, no colour, no blur, no flips (evaluation). */
export interface PairOptions {
  /** The share of sources that are frames of videos, 0…1; 0 when left out, or where the half has none. */
  readonly realSources?: number;
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
  readonly #real: RealSources;
  /** For each expression weight, the one it becomes in the mirror. */
  readonly #mirrored: readonly number[];

  constructor(dataset: FaceDataset, options: PairOptions) {
    this.#dataset = dataset;
    this.#options = options;
    this.#photos = dataset.photosIn(options.split);
    this.#real = new RealSources(dataset, options.split, options.realSources ?? 0, options.random);
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
      ...this.#emptySources(size),
      target: new Float32Array(size * face * 3), truth: new Float32Array(size * face * 3), identityMap: new Float32Array(size * face * 3),
      shown: new Float32Array(size * this.#mirrored.length),
      points: new Float32Array(size * LANDMARKS * 2), way: new Float32Array(size * LANDMARKS * 2),
      pointWeights: new Float32Array(size * LANDMARKS), folds: new Float32Array(size * LANDMARKS),
      stillPoints: new Float32Array(size * STILL_POINTS * 2), stillWeights: new Float32Array(size * STILL_POINTS),
      regions: new Float32Array(size * face), opened: new Float32Array(size * face),
    };
    for (let i = 0; i < size; i++) this.#fill(batch, i);
    return batch;
  }

  /** The next `size` faces for the expression encoder alone. */
  nextSources(size: number): SourceBatch {
    const batch = this.#emptySources(size);
    for (let i = 0; i < size; i++) {
      const source = this.#real.source() ?? this.#dataset.sample(pick(this.#dataset.samplesOf(this.#photo()), this.#options.random));
      this.#fillSource(batch, i, source, this.#flip());
    }
    return batch;
  }

  #emptySources(size: number): SourceBatch {
    const face = CROP_SIZE * CROP_SIZE;
    return {
      size, source: new Float32Array(size * face * 3), labels: new Float32Array(size * 6),
      weights: new Float32Array(size * this.#mirrored.length), landmarkImage: new Float32Array(size * face),
    };
  }

  #flip(): boolean {
    return this.#options.augment && this.#options.random() < 0.5;
  }

  #warp(): Warp {
    return this.#options.augment ? randomWarp(this.#options.random, CROP_SIZE) : STILL;
  }

  /** The expression weights of a face that is flipped with its picture, or not. */
  #mirror(weights: Float32Array, flip: boolean): Float32Array {
    return flip ? weights.map((_, k) => weights[this.#mirrored[k]]) : weights;
  }

  /** A light and a camera of its own on the source, so that the driver's skin and camera cannot pass. */
  #fillSource(batch: SourceBatch, i: number, source: Pick<FaceSample, "pixels" | "landmarks" | "pool">, flip: boolean): void {
    const { augment, random } = this.#options;
    const warp = this.#warp();
    const picture = resampleFace(source.pixels, CROP_SIZE, warp, flip);
    if (augment) {
      randomColour(random, 1)(picture);
      randomSlant(random, CROP_SIZE)(picture);
      degrade(picture, CROP_SIZE, random);
    }
    const face = CROP_SIZE * CROP_SIZE;
    batch.source.set(picture, i * face * 3);
    batch.labels.set(this.#dataset.label(source.pool), i * 6);
    const weights = this.#dataset.weights(source.pool);
    batch.weights.set(this.#mirror(weights, flip), i * weights.length);
    const landmarks = moveLandmarks(source.landmarks, CROP_SIZE, warp, flip);
    drawLandmarkImage(landmarks, CROP_SIZE, batch.landmarkImage.subarray(i * face, (i + 1) * face));
  }

  #fill(batch: Batch, i: number): void {
    const { split, augment, random } = this.#options;
    const real = this.#real.pair();
    const truth = this.#dataset.sample(real?.truth ?? pick(this.#real.synthesised(this.#photo()), random));
    const { photo } = truth, ofTarget = this.#dataset.samplesOf(photo);
    const other = random() < UNTOUCHED ? undefined : this.#dataset.sample(pick(ofTarget, random));
    const target = other ?? this.#dataset.original(photo);
    const shown = other ? this.#dataset.weights(other.pool) : this.#dataset.oldWeights(photo);
    batch.folds.set(this.#dataset.shading(photo, shown, this.#dataset.weights(truth.pool)), i * LANDMARKS);
    const flip = this.#flip();
    batch.shown.set(this.#mirror(shown, flip), i * shown.length);
    this.#fillSource(batch, i, real?.source ?? this.#dataset.sample(pick(this.#dataset.samplesWearing(split, truth.pool), random)), flip);

    const warp = this.#warp();
    const resampled = (pixels: Uint8Array) => resampleFace(pixels, CROP_SIZE, warp, flip);
    const faces = { target: resampled(target.pixels), truth: resampled(truth.pixels) };
    const identityMap = resampled(this.#dataset.identityMap(photo)); // H knows no light
    if (augment) {
      for (const light of [randomColour(random, 0.65), randomSlant(random, CROP_SIZE)]) {
        light(faces.target);
        light(faces.truth);
      }
    }
    const face = CROP_SIZE * CROP_SIZE;
    batch.target.set(faces.target, i * face * 3);
    batch.truth.set(faces.truth, i * face * 3);
    batch.identityMap.set(identityMap, i * face * 3);

    const truthLandmarks = moveLandmarks(truth.landmarks, CROP_SIZE, warp, flip);
    const targetLandmarks = moveLandmarks(target.landmarks, CROP_SIZE, warp, flip);
    regionWeights(truthLandmarks, CROP_SIZE, batch.regions.subarray(i * face, (i + 1) * face));
    openedMouth(truthLandmarks, targetLandmarks, CROP_SIZE, batch.opened.subarray(i * face, (i + 1) * face));
    for (let k = i * face; k < (i + 1) * face; k++) batch.regions[k] += PAINTED * batch.opened[k];
    const still = (data: Float32Array, each: number) => data.subarray(i * STILL_POINTS * each, (i + 1) * STILL_POINTS * each);
    stillPoints(truthLandmarks, targetLandmarks, !other, still(batch.stillPoints, 2), still(batch.stillWeights, 1));
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

import { farthestPoints } from "../evaluation/farthest-points.js";
import type { FaceMotion } from "../geometry/driver-motion.js";
import { applySimilarity, type Similarity } from "../geometry/similarity.js";
import { countFromRest } from "../rig/count-from-rest.js";
import { restOf, type RestSample } from "../rig/driver-rest.js";

/** Why a frame of a video does not become a source, and how many did not. */
export interface LeftOut {
  readonly noFace: number;
  readonly noScores: number;
  /** The face has fewer than two thirds of the crop's pixels along a side. */
  readonly small: number;
  /** Beyond ±25° of yaw or ±20° of pitch. */
  readonly turned: number;
  /** Within a fifth of a second of a cut. */
  readonly cut: number;
  /** A frame that was taken shows nearly the same, or there were enough of the clip. */
  readonly alike: number;
}

/** One frame of a clip, in order of time. */
export interface FrameReading<T> {
  /** Seconds. */
  readonly time: number;
  /** A few pixels of the whole picture, 0…255, the same places in every frame: what tells cuts. */
  readonly glance: Uint8Array;
  readonly face?: {
    /** Crop to image, of this frame alone. */
    readonly registration: Similarity;
    readonly motion: FaceMotion;
    /** [51] 0…1; undefined without scores. */
    readonly weights: Float32Array | undefined;
    /** What is kept of the frame; called at once, and only for sure frames. */
    readonly take: () => T;
  };
}

/** A frame that became a source. */
export interface SureFrame<T> {
  readonly kept: T;
  /** [51] 0…1, counted from the clip's rest. */
  readonly weights: Float32Array;
}

/** Image pixels per crop pixel, degrees. */
const SMALLEST = 2 / 3, YAW = 25, PITCH = 20;
/** Frames so close to a cut are left out: the face is not yet followed, and its registration smoothed with what was before. Seconds. */
const NEAR = 0.2;
/** From one frame to the next: mean difference of the picture; move of the face in crop sides, and its growth. Heads do neither in a thirtieth of a second. */
const OTHER_PICTURE = 30, JUMP = 0.35, GROWTH = 1.25;
/** Frames whose weights are closer than this show nearly the same. */
const ALIKE = 0.25;
/** Candidates that are held at once, and frames that rest is found from, at most. */
const MOST = 512, MOST_RESTS = 4096;

interface Candidate<T> extends RestSample {
  readonly time: number;
  readonly weights: Float32Array;
  readonly kept: T;
}

/** What tells a cut. */
interface Look {
  readonly glance: Uint8Array;
  readonly registration: Similarity | undefined;
}

/** Takes the frames of one clip whose reading is sure, and thins those that show nearly the same. Memory is bounded however long the clip is. */
export class FrameSifter<T> {
  readonly #left = { noFace: 0, noScores: 0, small: 0, turned: 0, cut: 0, alike: 0 };
  /** Sure ones that a cut may still follow. */
  #waiting: Candidate<T>[] = [];
  #candidates: Candidate<T>[] = [];
  #rests: RestSample[] = [];
  #sure = 0;
  #restEvery = 1;
  #before: Look | undefined;
  #lastCut = -Infinity;

  add(reading: FrameReading<T>): void {
    const { time, face } = reading;
    const look: Look = { glance: reading.glance, registration: face?.registration };
    if (this.#before && isCut(this.#before, look)) {
      this.#settle(time - NEAR);
      this.#left.cut += this.#waiting.length;
      this.#waiting = [];
      this.#lastCut = time;
    }
    this.#before = look;
    this.#settle(time - NEAR);
    if (!face) this.#left.noFace++;
    else if (!face.weights) this.#left.noScores++;
    else if (Math.hypot(face.registration.a, face.registration.b) < SMALLEST) this.#left.small++;
    else if (!(Math.abs(face.motion.head.yaw) <= YAW && Math.abs(face.motion.head.pitch) <= PITCH)) this.#left.turned++;
    else if (time - this.#lastCut < NEAR) this.#left.cut++;
    else this.#waiting.push({ ...face.motion, time, weights: face.weights, kept: face.take() });
  }

  /**
   * What is taken of the clip, in order of time.
   *
   * @param most how many, at most @param quiet as {@link restOf} takes it
   */
  finish(most: number, quiet: ArrayLike<number>): { readonly frames: SureFrame<T>[]; readonly left: LeftOut } {
    this.#settle(Infinity);
    const rest = restOf(this.#rests, quiet);
    if (!rest) return { frames: [], left: this.#left };
    const counted = this.#candidates.map(({ kept, weights }) => ({ kept, weights: countFromRest("calibrated", weights, rest.weights, []) }));
    const frames = farthestPoints(counted.map(({ weights }) => weights), most, ALIKE).sort((a, b) => a - b).map((k) => counted[k]);
    return { frames, left: { ...this.#left, alike: this.#sure - frames.length } };
  }

  /** Frames before `time` are next to no cut. */
  #settle(time: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0].time <= time) {
      const candidate = this.#waiting.shift()!;
      this.#candidates.push(candidate);
      const { head, look, mouth, weights } = candidate;
      if (this.#sure++ % this.#restEvery === 0) this.#rests.push({ head, look, mouth, weights });
    }
    if (this.#rests.length > MOST_RESTS) {
      this.#rests = this.#rests.filter((_, k) => k % 2 === 0);
      this.#restEvery *= 2;
    }
    if (this.#candidates.length > MOST) {
      const different = farthestPoints(this.#candidates.map(({ weights }) => weights), MOST / 2).sort((a, b) => a - b);
      this.#candidates = different.map((k) => this.#candidates[k]);
    }
  }
}

/** Whether another shot begins: the picture is another, or the face is at once elsewhere. */
function isCut({ glance: before, registration: was }: Look, { glance: now, registration: is }: Look): boolean {
  const difference = now.reduce((sum, value, k) => sum + Math.abs(value - before[k]), 0) / Math.max(1, now.length);
  if (difference > OTHER_PICTURE) return true;
  if (!was || !is) return false;
  const size = Math.hypot(was.a, was.b), growth = Math.hypot(is.a, is.b) / size;
  const [x0, y0] = applySimilarity(was, 48, 48), [x1, y1] = applySimilarity(is, 48, 48);
  return growth > GROWTH || growth < 1 / GROWTH || Math.hypot(x1 - x0, y1 - y0) > JUMP * 96 * size;
}

import type { FaceMotion } from "../geometry/driver-motion.js";
import { LIDS_CLOSED } from "../geometry/gaze.js";
import { quantile } from "../quantile.js";
import type { Gaze, HeadAngles } from "./rig-pose.js";

/** A driver at rest: what everything else of it counts from. Can be sent as JSON. */
export interface DriverRest {
  readonly head: HeadAngles;
  /** Eye widths from the middle between the corners. */
  readonly gaze: Gaze;
  /** [51] 0…1: what its face at rest seems to show. */
  readonly weights: readonly number[];
}

/** A driver that nobody could find: it rests as people do on average. */
export const UNKNOWN_REST: DriverRest = { head: { yaw: 0, pitch: 0, roll: 0 }, gaze: { x: 0, y: 0 }, weights: Array<number>(51).fill(0) };

/** One frame of a driver. */
export interface RestSample extends FaceMotion {
  /** [51] 0…1. */
  readonly weights: ArrayLike<number>;
}

/** Of all frames: the share of the calmest that rest is the median of, and how few are enough. */
const CALM = 0.25, FEW = 3;
/** No weight rests above this quantile of all frames: what is often lower than in the calm ones is a habit of moving, not a face. */
const OFTEN = 0.15;
/** Lips that are further apart than the closest ones of the clip by so much are open; eyes less open than this share of the widest are closing. */
const PARTED = 0.03, NARROWED = 0.7;

/**
 * How the driver of some frames rests. Its face: the median of the calmest frames, among those with a closed mouth and open eyes where there are
 * any; of a weight that is often lower, less. Its head and its eyes: where they are mostly held. A few calm frames say little of that: people look
 * aside in them, and which of them are seen would turn the head by degrees.
 * The order of the frames does not matter.
 *
 * @param samples frames from all over the clip
 * @param quiet [51] 1 for weights that count as expression; those of the gaze do not
 * @returns undefined without frames
 */
export function restOf(samples: readonly RestSample[], quiet: ArrayLike<number>): DriverRest | undefined {
  if (samples.length === 0) return undefined;
  const closest = quantile(samples.map(({ mouth }) => mouth), 0.1);
  const widest = quantile(samples.flatMap(({ look }) => (look ? [look.open] : [])), 0.8);
  const resting = samples.filter(({ mouth, look }) => mouth <= closest + PARTED && (!look || look.open >= NARROWED * widest));
  const loudness = ({ weights }: RestSample) => {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += quiet[k] * weights[k] ** 2;
    return sum;
  };
  const ordered = (resting.length >= FEW ? resting : samples).map((sample) => ({ sample, loud: loudness(sample) })).sort((a, b) => a.loud - b.loud);
  const calm = ordered.slice(0, Math.max(FEW, Math.round(CALM * samples.length))).map(({ sample }) => sample);
  const median = (of: readonly RestSample[], value: (sample: RestSample) => number | undefined) => quantile(of.flatMap((sample) => value(sample) ?? []), 0.5);
  const held = (axis: keyof HeadAngles) => median(samples, ({ head }) => head[axis]);
  const looking = (axis: keyof Gaze) => median(samples, ({ look }) => (look && look.open > LIDS_CLOSED ? look[axis] : undefined)) || 0;
  return {
    head: { yaw: held("yaw"), pitch: held("pitch"), roll: held("roll") },
    gaze: { x: looking("x"), y: looking("y") },
    weights: Array.from({ length: calm[0].weights.length }, (_, k) =>
      Math.min(median(calm, ({ weights }) => weights[k]), quantile(samples.map(({ weights }) => weights[k]), OFTEN))),
  };
}

import { defer, map, type MonoTypeOperatorFunction, type Observable } from "rxjs";
import { countFromRest, type ExpressionMode } from "../model/rig/count-from-rest.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import type { RelativeShares } from "../model/rig/relative-shares.js";
import { RunningRest } from "../model/rig/running-rest.js";
import type { GeneratedFrame } from "./face-frame.js";

/**
 * Counts what was read of every face from the driver's rest: see {@link ExpressionMode}.
 *
 * @param rest the driver's, or an estimate that goes on with the frames
 * @param own [51] what the photo shows
 * @param shares what it keeps of that and wears of the driver's, as a sitter says; all of both when left out
 */
export function countWeights(
  mode: () => ExpressionMode, rest: DriverRest | RunningRest, own: ArrayLike<number>, shares?: RelativeShares,
): MonoTypeOperatorFunction<GeneratedFrame> {
  return (frames: Observable<GeneratedFrame>) => defer(() => frames.pipe(map((made): GeneratedFrame => {
    const { frame, motion, generated } = made;
    if (!generated?.pose) return made;
    const { pose } = generated;
    if (rest instanceof RunningRest && motion) rest.next(frame.timestamp, { ...motion, weights: pose.weights });
    const from = rest instanceof RunningRest ? rest.rest : rest;
    if (!from) return made;
    return { ...made, generated: { ...generated, pose: { ...pose, weights: countFromRest(mode(), pose.weights, from.weights, own, shares) } } };
  })));
}

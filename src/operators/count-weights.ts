import { defer, map, type MonoTypeOperatorFunction, type Observable } from "rxjs";
import { countFromRest, type ExpressionMode } from "../model/rig/count-from-rest.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import { RunningRest } from "../model/rig/running-rest.js";
import type { GeneratedFrame } from "./face-frame.js";

/**
 * Counts what was read of every face from the driver's rest: see {@link ExpressionMode}.
 *
 * @param rest the driver's, or an estimate that goes on with the frames
 * @param own [51] what the photo shows
 * @param worn [51] how much of what rises above rest it wears, as a sitter says; everything when left out
 */
export function countWeights(
  mode: () => ExpressionMode, rest: DriverRest | RunningRest, own: ArrayLike<number>, worn?: ArrayLike<number>,
): MonoTypeOperatorFunction<GeneratedFrame> {
  return (frames: Observable<GeneratedFrame>) => defer(() => frames.pipe(map((made): GeneratedFrame => {
    const { frame, motion, generated } = made;
    if (!generated?.pose) return made;
    const { pose } = generated;
    if (rest instanceof RunningRest && motion) rest.next(frame.timestamp, { ...motion, weights: pose.weights });
    const from = rest instanceof RunningRest ? rest.rest : rest;
    if (!from) return made;
    return { ...made, generated: { ...generated, pose: { ...pose, weights: countFromRest(mode(), pose.weights, from.weights, own, worn) } } };
  })));
}

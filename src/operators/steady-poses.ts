import { concat, defer, map, mergeMap, type MonoTypeOperatorFunction, type Observable } from "rxjs";
import { LookAround } from "../model/geometry/look-around.js";
import { STEADY_FRAMES, STEADY_REACH, steadyWeightsAt, type TimedWeights } from "../model/rig/steady-weights.js";
import type { GeneratedFrame } from "./face-frame.js";

/**
 * Takes the trembling out of what was read of the faces: see {@link steadyWeightsAt}. Frames come out in order, later by the look-ahead;
 * at most {@link STEADY_FRAMES} wait.
 */
export function steadyPoses(): MonoTypeOperatorFunction<GeneratedFrame> {
  return (frames: Observable<GeneratedFrame>) => defer(() => {
    const around = new LookAround<{ made: GeneratedFrame } & TimedWeights, { steady: Float32Array | undefined }>(
      (window, centre) => ({ steady: steadyWeightsAt(window, centre) }), { reach: STEADY_REACH, maxFrames: STEADY_FRAMES },
    );
    return concat(frames.pipe(mergeMap((made) => around.push(timed(made)))), defer(() => around.flush())).pipe(map(({ made, steady }) => posed(made, steady)));
  });
}

/** The same by what came before: no frame waits for the next. */
export function steadyPosesLive(): MonoTypeOperatorFunction<GeneratedFrame> {
  return (frames: Observable<GeneratedFrame>) => defer(() => {
    let window: TimedWeights[] = [];
    return frames.pipe(map((made) => {
      const { time, weights } = timed(made);
      window = [...window.filter((before) => time - before.time <= STEADY_REACH + 1e-6), { time, weights }].slice(-STEADY_FRAMES);
      return posed(made, steadyWeightsAt(window, window.length - 1));
    }));
  });
}

function timed(made: GeneratedFrame): { made: GeneratedFrame } & TimedWeights {
  return { made, time: made.frame.timestamp, weights: made.generated?.pose?.weights };
}

function posed(made: GeneratedFrame, weights: Float32Array | undefined): GeneratedFrame {
  const pose = made.generated?.pose;
  return pose && weights ? { ...made, generated: { ...made.generated, pose: { ...pose, weights } } } : made;
}

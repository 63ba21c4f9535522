import { defer, map, type Observable, type OperatorFunction } from "rxjs";
import { ActivityEase, type MissingPolicy } from "../model/geometry/missing.js";
import type { ActiveFrame, AlignedFrame } from "./face-frame.js";

/** Says of every frame how much of the expression it shows: under `ease` less and less once the face is gone, otherwise all of it. */
export function easeMissing(missing: MissingPolicy): OperatorFunction<AlignedFrame, ActiveFrame> {
  return (frames: Observable<AlignedFrame>) => defer(() => {
    const ease = new ActivityEase();
    return frames.pipe(map((aligned) => {
      const activity = missing === "ease" ? ease.next(aligned.frame.timestamp, aligned.face !== undefined) : 1;
      return { ...aligned, activity, shown: true };
    }));
  });
}

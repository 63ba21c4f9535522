import { defer, filter, map, tap, type OperatorFunction } from "rxjs";
import type { Frame, Pixels } from "../frame.js";
import type { MissingPolicy } from "../model/geometry/missing.js";
import type { DrivenFace, GeneratedFrame } from "./face-frame.js";
import { StageClock } from "./stage-clock.js";

/** Makes the picture that is shown of what the network gave; all its pictures have one size. */
export interface FramePainter {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels from the left that show the driver instead of the photo; default 0. */
  readonly beside?: number;
  /** What it takes of every face: a pose for the photo's rig, or what the network paints. */
  readonly takes: keyof DrivenFace;
  /**
   * @param face what the network gave, with what the painter takes; undefined before any face was found
   * @param strength of the expression: 0 is the photo's own, 1 the driver's
   * @param driver the driver's frame, for views that show it
   */
  paint(face: DrivenFace | undefined, strength: number, driver: Pixels): Uint8Array;
  /** The driver's own frame in the view's size: what `missing: "driver"` shows. */
  paintDriver(driver: Pixels): Uint8Array;
  /** Takes back a picture that nobody looks at any more: it may be written over. Nothing has to be handed back. */
  recycle?(picture: Uint8Array): void;
}

/** How {@link composeFrames} shows things. */
export interface ComposeOptions {
  /** Of the expression, 0…1.5. */
  readonly strength: number;
  /** What is shown while no face is found. */
  readonly missing: MissingPolicy;
}

/** Turns every generated face into the picture that is shown. A frame without a face is a frame all the same: see `missing`. */
export function composeFrames(painter: FramePainter, { strength, missing }: ComposeOptions, clock = new StageClock()): OperatorFunction<GeneratedFrame, Frame> {
  return (frames) => defer(() => {
    let last: DrivenFace | undefined;
    return frames.pipe(
      tap(({ generated }) => { last = generated ?? last; }),
      filter(({ shown }) => shown),
      map(({ frame, generated, activity, head, gaze }) => clock.time("compose", () => {
        // What the face showed last stays where no face is; head and gaze have a say of their own.
        const face = last?.pose ? { ...last, pose: { ...last.pose, head: head ?? last.pose.head, gaze: gaze ?? last.pose.gaze } } : last;
        const data = missing === "driver" && !generated ? painter.paintDriver(frame) : painter.paint(face, strength * activity, frame);
        return { data, width: painter.width, height: painter.height, index: frame.index, timestamp: frame.timestamp };
      })),
    );
  });
}

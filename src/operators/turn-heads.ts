import { defer, map, type MonoTypeOperatorFunction, type Observable } from "rxjs";
import type { MissingPolicy } from "../model/geometry/missing.js";
import { MotionEase } from "../model/geometry/motion-ease.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import { RunningRest } from "../model/rig/running-rest.js";
import type { ActiveFrame } from "./face-frame.js";

/** How {@link turnHeads} turns. */
export interface TurnOptions {
  readonly head: "follow" | "still";
  /** 0…1.5: how much of the driver's turn is shown. */
  readonly headStrength: number;
  readonly gaze: "follow" | "photo";
  /** What is shown while no face is found: with `hold` head and gaze stay as they were. */
  readonly missing: MissingPolicy;
}

/**
 * Photos turn and nod so much further than the driver: measured again in the picture of ten photos, .58 of a turn and .55 of a nod are left, since
 * one photo has no other side to show; of what tilts all is.
 */
const TURNED = 1.6;
/** An iris moves by this much at most, eye widths. */
const FURTHEST = 0.22;
/** It moves so much further than the driver's: measured again in the picture, between lids and beside its own whites, less than half of a motion is left. */
const FURTHER = 1.4;

/**
 * Says of every frame how far the driver's head has turned and its eyes have moved from rest. Where the driver is lost, found again or another
 * one, both ease and never jump; where nobody measured them, they stay as they are in the photo.
 *
 * @param rest the driver's, or an estimate that goes on with the frames
 */
export function turnHeads<T extends ActiveFrame>(options: () => TurnOptions, rest: DriverRest | RunningRest): MonoTypeOperatorFunction<T> {
  return (frames: Observable<T>) => defer(() => {
    const heads = new MotionEase({ jumping: 3, jump: 12, speed: 300 }), gazes = new MotionEase({ jumping: 0, jump: 1, speed: 1 });
    let taken = 0;
    return frames.pipe(map((active) => {
      const { head: angles = null, gaze: looks = null } = active.moves ?? {}, { frame: { timestamp }, motion } = active;
      if (rest instanceof RunningRest && motion) rest.next(timestamp, { ...motion, weights: [] });
      const anew = rest instanceof RunningRest && rest.takes !== taken;
      if (rest instanceof RunningRest) taken = rest.takes;
      const from = rest instanceof RunningRest ? rest.rest : rest, { head, headStrength, gaze, missing } = options(), hold = missing === "hold";
      const turned = heads.next(timestamp, angles && from ? [angles[0] - from.head.yaw, angles[1] - from.head.pitch, angles[2] - from.head.roll] : null, 3, anew, hold);
      const looked = gazes.next(timestamp, looks && from ? [looks[0] - from.gaze.x, looks[1] - from.gaze.y] : null, 2, anew, hold);
      const share = head === "follow" ? headStrength : 0, eyes = gaze === "follow" ? 1 : 0;
      return {
        ...active,
        head: { yaw: share * TURNED * turned[0], pitch: share * TURNED * turned[1], roll: share * turned[2] },
        gaze: { x: eyes * soft(FURTHER * looked[0]), y: eyes * soft(FURTHER * looked[1]) },
      };
    }));
  });
}

function soft(shift: number): number {
  return FURTHEST * Math.tanh(shift / FURTHEST);
}

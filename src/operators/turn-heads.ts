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
/** How an iris moves. */
interface Looking {
  /** By this much at most, eye widths. */
  readonly furthest: number;
  /** So much further than the driver's: measured again in the picture, between lids and beside its own whites, about half of a motion is left. */
  readonly further: number;
}

/** Up and down it moves less far: lids go along with real eyes, and without them a photo looks startled. */
const ASIDE: Looking = { furthest: 0.27, further: 1.9 }, UPRIGHT: Looking = { furthest: 0.22, further: 1.4 };

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
        gaze: { x: eyes * shown(looked[0], ASIDE), y: eyes * shown(looked[1], UPRIGHT) },
      };
    }));
  });
}

function shown(look: number, { furthest, further }: Looking): number {
  return furthest * Math.tanh((further * look) / furthest);
}

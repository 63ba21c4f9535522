import { poseDistance, poseOf, similarityOf, wrapAngle, type CropPose } from "./crop-pose.js";
import type { FaceMotion } from "./driver-motion.js";
import type { Similarity } from "./similarity.js";

/** A face that was found in a picture, or is where it should be. */
export interface PlacedFace {
  /** Its crop to the picture. */
  readonly alignment: Similarity;
  readonly motion: FaceMotion;
}

/** Seconds after which nobody knows where a face has got to. */
const LONGEST = 0.15;
/** Crop pixels and degrees by which a face may be expected to have moved: of one that moves more, every picture is looked at. */
const MOST = 1, MOST_TURN = 1.5;
/** So much of its motion goes on: noise does too. */
const GOES_ON = 0.8;
/** Where a face turns up so far from where it should be, crop pixels and degrees, its next so many seconds are looked at. */
const OFF = 1.2, OFF_TURN = 2.5, SHY = 0.5;

interface Found {
  /** Seconds. */
  readonly time: number;
  readonly pose: CropPose;
  readonly motion: FaceMotion;
}

/**
 * Tells where a face that moves slowly is in a picture that nobody has looked at, from the two looks before: its place, size and tilt, and how the head
 * is held. The eyes look where they looked. Between two looks it tells of one picture.
 */
export class FaceForesight {
  #last: Found | undefined;
  #before: Found | undefined;
  #told = false;
  #shyUntil = -Infinity;

  /** A picture was looked at. @param time seconds, rising @param face undefined where there is none, or not it alone */
  found(time: number, face: PlacedFace | undefined): void {
    if (!face) {
      this.#last = this.#before = undefined;
      return;
    }
    const found = { time, pose: poseOf(face.alignment), motion: face.motion }, expected = this.#told ? this.#expect(time) : undefined;
    if (expected && (poseDistance(expected.pose, found.pose) > OFF || turnBetween(expected.motion, found.motion) > OFF_TURN)) this.#shyUntil = time + SHY;
    this.#told = false;
    this.#before = this.#last;
    this.#last = found;
  }

  /** Where the face is now; undefined where that has to be looked at. @param time seconds */
  next(time: number): PlacedFace | undefined {
    const last = this.#last, expected = this.#expect(time);
    if (!last || !expected || this.#told || time < this.#shyUntil || time - last.time > LONGEST) return undefined;
    if (poseDistance(last.pose, expected.pose) > MOST || turnBetween(last.motion, expected.motion) > MOST_TURN) return undefined;
    this.#told = true;
    return { alignment: similarityOf(expected.pose), motion: expected.motion };
  }

  #expect(time: number): Found | undefined {
    const last = this.#last, before = this.#before;
    if (!last || !before || !(time > last.time) || last.time - before.time > 2 * LONGEST) return undefined;
    const share = (GOES_ON * (time - last.time)) / (last.time - before.time);
    const on = (now: number, then: number) => now + share * (now - then), { pose, motion } = last, { head } = motion;
    return {
      time,
      pose: {
        x: on(pose.x, before.pose.x), y: on(pose.y, before.pose.y), logScale: on(pose.logScale, before.pose.logScale),
        rotation: pose.rotation + share * wrapAngle(pose.rotation - before.pose.rotation),
      },
      motion: { ...motion, head: { yaw: on(head.yaw, before.motion.head.yaw), pitch: on(head.pitch, before.motion.head.pitch), roll: on(head.roll, before.motion.head.roll) } },
    };
  }
}

/** Degrees. */
function turnBetween({ head: a }: FaceMotion, { head: b }: FaceMotion): number {
  return Math.hypot(a.yaw - b.yaw, a.pitch - b.pitch, a.roll - b.roll);
}

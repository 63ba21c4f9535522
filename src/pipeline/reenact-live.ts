import { defer, filter, map, merge, share, tap, type Observable, type OperatorFunction } from "rxjs";
import type { Frame } from "../frame.js";
import type { FaceEngine } from "../model/engines/engine.js";
import type { FaceMotion } from "../model/geometry/driver-motion.js";
import { LiveMotion } from "../model/geometry/live-motion.js";
import { ActivityEase, type MissingPolicy } from "../model/geometry/missing.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import type { RunningRest } from "../model/rig/running-rest.js";
import { alignLive } from "../operators/align-live.js";
import { composeFrames, type FramePainter } from "../operators/compose-frames.js";
import { countWeights } from "../operators/count-weights.js";
import { cropFaces } from "../operators/crop-faces.js";
import type { AlignedFrame, CroppedFrame } from "../operators/face-frame.js";
import { generateFaces } from "../operators/generate-faces.js";
import { readFaces } from "../operators/read-faces.js";
import type { StageClock } from "../operators/stage-clock.js";
import { steadyPosesLive } from "../operators/steady-poses.js";
import { trackFace } from "../operators/track-face.js";
import { turnHeads } from "../operators/turn-heads.js";
import type { ResolvedOptions } from "./options.js";
import type { Sitter } from "./sitter.js";

/** A driver's frame: a whole picture, or the crop that somebody cut out of one already (null: there was no face). */
export interface LiveFrame {
  readonly frame: Frame;
  readonly crop?: Float32Array | null | undefined;
  /** As it was measured where the crop was cut. */
  readonly motion?: FaceMotion | undefined;
}

/** What may change from frame to frame. */
export type LiveLook = Pick<ResolvedOptions, "strength" | "head" | "headStrength" | "gaze" | "expression"> & { readonly missing: MissingPolicy };

/** What {@link reenactLive} works with; all of it stays its owner's. */
export interface LiveParts {
  readonly sitter: Sitter;
  readonly painter: FramePainter;
  /** Keeps this sequence apart from others. */
  readonly landmarks: LandmarkSource;
  readonly engine: Pick<FaceEngine, "read" | "generate">;
  /** The driver's, for head and gaze and for the weights; estimates that go along with the frames where it is not known. */
  readonly rests: readonly [forHead: DriverRest | RunningRest, forWeights: DriverRest | RunningRest];
  readonly clock: StageClock;
  /** Asked for every frame. */
  readonly look: () => LiveLook;
  /** Whether `missing` is `driver` for as long as the chain lasts; default no. */
  readonly missingDriver?: boolean;
  /** A frame in which the face has been looked for; `crop` is null where there is none. */
  readonly onTracked?: (frame: CroppedFrame) => void;
  /** The same frame when the network is done with it. */
  readonly onRead?: (frame: CroppedFrame) => void;
}

/**
 * The chain of a live driver, the operators of `reenactFrames` with live ones where those look ahead: track → align → crop → generate →
 * compose. Crops enter behind `cropFaces`. Frames come out in order, one for one, and go through the stages one behind the other; how
 * many are in it is the business of whoever puts them in.
 */
export function reenactLive(parts: LiveParts): OperatorFunction<LiveFrame, Frame> {
  const { sitter, painter, landmarks, engine, clock, look, rests, onTracked, onRead, missingDriver = false } = parts;
  return (given: Observable<LiveFrame>) => defer(() => {
    const ease = new ActivityEase(), motions = new LiveMotion(), frames = given.pipe(share());
    /** Strength and easing in one: `composeFrames` multiplies its strength, 1, by it. */
    const activity = ({ timestamp }: Frame, face: boolean): number => {
      const { strength, missing } = look(), eased = ease.next(timestamp, face);
      return missing === "ease" ? strength * eased : strength;
    };
    const pictures = frames.pipe(
      filter(({ crop }) => crop === undefined),
      map(({ frame }) => frame),
      trackFace(landmarks, { clock, irises: () => look().gaze === "follow" }),
      alignLive(),
      map((aligned: AlignedFrame) => ({ ...aligned, activity: activity(aligned.frame, aligned.face !== undefined), shown: true })),
      cropFaces(clock),
    );
    const crops = frames.pipe(
      filter(({ crop }) => crop !== undefined),
      map(({ frame, crop, motion }): CroppedFrame => ({
        frame, face: undefined, alignment: null, motion, moves: motions.next(frame.timestamp, motion), crop: crop!, activity: activity(frame, crop !== null), shown: true,
      })),
    );
    const turned = merge(pictures, crops).pipe(tap((cropped) => onTracked?.(cropped)), turnHeads(look, rests[0]));
    return turned.pipe(
      map((cropped) => [cropped]),
      painter.takes === "motion" ? generateFaces(engine, sitter.identity, clock) : readFaces(engine, clock),
      steadyPosesLive(),
      countWeights(() => look().expression, rests[1], sitter.rig.currentWeights, sitter.shares),
      tap((read) => onRead?.(read)),
      composeFrames(painter, { strength: 1, missing: missingDriver ? "driver" : "hold" }, clock),
    );
  });
}

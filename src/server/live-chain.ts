import { concatMap, defer, EMPTY, filter, finalize, map, merge, of, share, tap, type Observable, type OperatorFunction } from "rxjs";
import { Content, decodeMovedCrop, type LiveSettings } from "../client/protocol.js";
import type { Frame, Pixels } from "../frame.js";
import type { FaceMotion } from "../model/geometry/driver-motion.js";
import { LiveMotion } from "../model/geometry/live-motion.js";
import { ActivityEase } from "../model/geometry/missing.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { alignLive } from "../operators/align-live.js";
import { composeFrames, type FramePainter } from "../operators/compose-frames.js";
import { countWeights } from "../operators/count-weights.js";
import { cropFaces } from "../operators/crop-faces.js";
import type { AlignedFrame, CroppedFrame } from "../operators/face-frame.js";
import { generateFaces } from "../operators/generate-faces.js";
import type { StageClock } from "../operators/stage-clock.js";
import { readFaces } from "../operators/read-faces.js";
import { steadyPosesLive } from "../operators/steady-poses.js";
import { trackFace } from "../operators/track-face.js";
import { turnHeads } from "../operators/turn-heads.js";
import type { Sitter } from "../pipeline/sitter.js";
import { encodePicture } from "../streams/write-image.js";
import type { Batched, BatchingEngine } from "./batching-engine.js";
import { decodeCrop, decodePicture, isPicture } from "./decode-frame.js";
import type { DriverRests } from "./driver-rests.js";
import { mark, type Ticket } from "./ticket.js";

/** What a session's chain works with; all of it stays its owner's. */
export interface LiveChainParts {
  readonly sitter: Sitter;
  readonly painter: FramePainter;
  /** Keeps this session's sequence apart from others. */
  readonly landmarks: LandmarkSource;
  readonly engine: BatchingEngine;
  readonly rests: DriverRests;
  readonly clock: StageClock;
  readonly maxFramePixels: number;
  /** 1…100, of the pictures that go out. */
  readonly quality: number;
  /** Asked for every frame. */
  readonly settings: () => LiveSettings;
  /** A frame that is no picture: it has left the chain. */
  readonly onUndecodable: (ticket: Ticket) => void;
  /** The size of the whole pictures that come. */
  readonly onSize: (size: Pick<Pixels, "width" | "height">) => void;
}

/** A finished frame. */
export interface LivePicture {
  readonly ticket: Ticket;
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly beside: number;
  readonly face: boolean;
  readonly batch: number;
}

/** A decoded frame: a whole picture, or the crop that the client cut out of one (null: it saw no face). */
interface Decoded {
  readonly frame: Frame;
  readonly crop: Float32Array | null | undefined;
  /** As the client measured it. */
  readonly motion?: FaceMotion | undefined;
}

/**
 * A live session's chain, the operators of the offline job with live ones where those look ahead: decode → track → align → crop →
 * generate → compose → encode. Crops that the client has aligned enter behind `cropFaces`. Frames stay in order and go through the
 * stages one behind the other; how many are in it is the scheduler's business.
 */
export function liveChain(parts: LiveChainParts): OperatorFunction<Ticket, LivePicture> {
  const { sitter, painter, landmarks, engine, clock } = parts;
  return (tickets: Observable<Ticket>) => defer(() => {
    const under = new Map<number, { readonly ticket: Ticket; face: boolean; batch: number }>();
    const ease = new ActivityEase();
    const rests = parts.rests.pair(sitter.expressive);
    /** Strength and easing in one: `composeFrames` multiplies its strength, 1, by it. */
    const activity = ({ index, timestamp }: Frame, face: boolean): number => {
      under.get(index)!.face = face;
      const { strength, missing } = parts.settings();
      const eased = ease.next(timestamp, face);
      return missing === "ease" ? strength * eased : strength;
    };
    const timed = <T extends { readonly frame: Frame }>(stage: "landmarks" | "generate") => tap<T>(({ frame }) => mark(under.get(frame.index)!.ticket, stage));
    /** Tells how many frames shared the run that this session's frame was in. */
    const noting = {
      read: async (...given: Parameters<BatchingEngine["read"]>) => noted(await engine.readBatched(...given)),
      generate: async (...given: Parameters<BatchingEngine["generate"]>) => noted(await engine.generateBatched(...given)),
    };
    const noted = <T>({ result, batch: size }: Batched<T>): T => {
      batch = size;
      return result;
    };
    let batch = 0;

    const decoded = tickets.pipe(
      tap((ticket) => under.set(ticket.sequence, { ticket, face: false, batch: 0 })),
      concatMap(async (ticket) => ({ ticket, result: await decode(ticket, parts.maxFramePixels) })),
      concatMap(({ ticket, result }) => {
        mark(ticket, "decode");
        if (result) return of(result);
        under.delete(ticket.sequence);
        parts.onUndecodable(ticket);
        return EMPTY;
      }),
      share(),
    );
    const pictures = decoded.pipe(
      filter(({ crop }) => crop === undefined),
      map(({ frame }) => frame),
      tap((frame) => parts.onSize(frame)),
      trackFace(landmarks, { clock, irises: () => parts.settings().gaze === "follow" }),
      alignLive(),
      map((aligned: AlignedFrame) => ({ ...aligned, activity: activity(aligned.frame, aligned.face !== undefined), shown: true })),
      cropFaces(clock),
    );
    const motions = new LiveMotion();
    const crops = decoded.pipe(
      filter(({ crop }) => crop !== undefined),
      map(({ frame, crop, motion }): CroppedFrame => ({
        frame, face: undefined, alignment: null, motion, moves: motions.next(frame.timestamp, motion), crop: crop!, activity: activity(frame, crop !== null), shown: true,
      })),
    );
    const turned = merge(pictures, crops).pipe(
      timed("landmarks"),
      tap(() => parts.rests.follow(parts.settings())),
      turnHeads(() => parts.settings(), rests[0]),
    );
    return turned.pipe(
      map((cropped) => [cropped]),
      painter.takes === "motion" ? generateFaces(noting, sitter.embedding, clock) : readFaces(noting, clock),
      steadyPosesLive(),
      countWeights(() => parts.settings().expression, rests[1], sitter.rig.currentWeights),
      timed("generate"),
      tap(({ frame, crop, motion }) => {
        under.get(frame.index)!.batch = crop ? batch : 0;
        if (motion) parts.rests.tell(performance.now());
      }),
      composeFrames(painter, { strength: 1, missing: "hold" }, clock),
      concatMap(async (frame): Promise<LivePicture> => {
        const { ticket, ...facts } = under.get(frame.index)!;
        mark(ticket, "compose");
        const jpeg = await encodePicture(frame, { format: "jpg", quality: parts.quality, fast: true });
        painter.recycle?.(frame.data);
        mark(ticket, "encode");
        under.delete(frame.index);
        return { ticket, jpeg, width: frame.width, height: frame.height, beside: painter.beside ?? 0, ...facts };
      }),
      finalize(() => under.clear()),
    );
  });
}

async function decode({ sequence, time, content, payload }: Ticket, maxPixels: number): Promise<Decoded | undefined> {
  const head = { index: sequence, timestamp: time / 1000 };
  if (content === Content.noFace) return { frame: { ...head, data: new Uint8Array(3), width: 1, height: 1 }, crop: null };
  if (isPicture(content)) {
    const picture = await decodePicture(payload, maxPixels);
    return picture && { frame: { ...head, ...picture }, crop: undefined };
  }
  const moved = content === Content.movedCrop ? decodeMovedCrop(payload) : { motion: undefined, picture: payload };
  const aligned = moved && (await decodeCrop(moved.picture));
  return aligned && { frame: { ...head, ...aligned.picture }, crop: aligned.crop, motion: moved.motion };
}

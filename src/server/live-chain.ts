import { concatMap, defer, EMPTY, finalize, of, tap, type Observable, type OperatorFunction } from "rxjs";
import { Content, decodeMovedCrop, type LiveSettings } from "../client/protocol.js";
import type { Pixels } from "../frame.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { FramePainter } from "../operators/compose-frames.js";
import type { StageClock } from "../operators/stage-clock.js";
import { reenactLive, type LiveFrame } from "../pipeline/reenact-live.js";
import type { Sitter } from "../pipeline/sitter.js";
import { encodePicture } from "../streams/write-image.js";
import type { Batched, BatchingEngine } from "./batching-engine.js";
import { decodeCrop, decodePicture, isPicture, readCrop } from "./decode-frame.js";
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

/**
 * A live session's chain: decode → {@link reenactLive} → encode. How many frames are in it is the scheduler's business.
 */
export function liveChain(parts: LiveChainParts): OperatorFunction<Ticket, LivePicture> {
  const { sitter, painter, landmarks, engine, clock, settings } = parts;
  return (tickets: Observable<Ticket>) => defer(() => {
    const under = new Map<number, { readonly ticket: Ticket; face: boolean; batch: number }>();
    const rests = parts.rests.pair(sitter.expressive);
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
      tap(({ frame, crop }) => { if (crop === undefined) parts.onSize(frame); }),
    );
    return decoded.pipe(
      reenactLive({
        sitter, painter, landmarks, engine: noting, rests, clock, look: settings,
        onTracked: ({ frame, crop }) => {
          const now = under.get(frame.index)!;
          now.face = crop !== null;
          mark(now.ticket, "landmarks");
          parts.rests.follow(settings());
        },
        onRead: ({ frame, crop, motion }) => {
          const now = under.get(frame.index)!;
          now.batch = crop ? batch : 0;
          mark(now.ticket, "generate");
          if (motion) parts.rests.tell(performance.now());
        },
      }),
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

async function decode({ sequence, time, content, payload }: Ticket, maxPixels: number): Promise<LiveFrame | undefined> {
  const head = { index: sequence, timestamp: time / 1000 };
  if (content === Content.noFace) return { frame: { ...head, data: new Uint8Array(3), width: 1, height: 1 }, crop: null };
  if (isPicture(content)) {
    const picture = await decodePicture(payload, maxPixels);
    return picture && { frame: { ...head, ...picture }, crop: undefined };
  }
  const moves = content === Content.movedCrop || content === Content.movedPixels;
  const moved = moves ? decodeMovedCrop(payload) : { motion: undefined, picture: payload };
  const aligned = moved && (content === Content.movedPixels ? readCrop(moved.picture) : await decodeCrop(moved.picture));
  return aligned && { frame: { ...head, ...aligned.picture }, crop: aligned.crop, motion: moved.motion };
}

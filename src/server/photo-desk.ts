import type { Logger } from "pino";
import { EMPTY, finalize, from, mergeMap, Subject, switchMap, type Observable } from "rxjs";
import { encodeJson, Kind, type ErrorNote, type PhotoInfo } from "../client/protocol.js";
import { ReenactError } from "../errors.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import type { Sitter } from "../pipeline/sitter.js";
import type { LiveLimits } from "./limits.js";
import type { LiveMetrics } from "./live-metrics.js";
import type { LiveModels } from "./live-models.js";
import type { Outbox } from "./outbox.js";
import { readUpload, type ReadPhoto } from "./read-upload.js";
import { TokenBucket } from "./token-bucket.js";

/** Photos a second, and at once: each costs as much as many frames. */
const PHOTO_RATE = 0.5, PHOTO_BURST = 4;

/** What a {@link PhotoDesk} works with. */
export interface PhotoDeskContext {
  readonly limits: LiveLimits;
  readonly models: LiveModels;
  readonly metrics: LiveMetrics;
  readonly log: Logger;
  readonly outbox: Outbox;
  /** Which face of a photo is meant. */
  readonly face: () => FaceChoice;
}

/** What is known of a photo, for its client. */
export function infoOf({ pixels: { width, height }, notes }: ReadPhoto): PhotoInfo {
  return { width, height, notes };
}

/** Takes one session's photos and hands on the sitters that are found in them; the latest photo wins, and what fails is told its client. */
export class PhotoDesk {
  /** Every photo that can be used. */
  readonly sitters: Observable<Sitter>;
  readonly #context: PhotoDeskContext;
  readonly #photos = new Subject<{ readonly sequence: number; readonly photo: Promise<ReadPhoto> }>();
  readonly #rate = new TokenBucket(PHOTO_RATE, PHOTO_BURST, performance.now());
  #busy = 0;

  constructor(context: PhotoDeskContext) {
    this.#context = context;
    this.sitters = this.#photos.pipe(switchMap(({ sequence, photo }) => {
      const controller = new AbortController();
      return from(this.#prepare(sequence, photo, controller.signal)).pipe(
        mergeMap((sitter) => (sitter ? [sitter] : EMPTY)),
        finalize(() => controller.abort()),
      );
    }));
  }

  /** Whether a photo is being looked at. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /** A file that a client sent. */
  take(sequence: number, bytes: Uint8Array): void {
    if (this.#rate.take(performance.now())) return this.look(sequence, readUpload(bytes, this.#context.limits));
    this.#context.metrics.photos.inc({ outcome: "too-often" });
    this.#tell(sequence, { code: "SERVER_REFUSED", message: "Too many photos in a short time: wait some seconds." });
  }

  /** Looks at a photo, again when another face of it is meant. */
  look(sequence: number, photo: Promise<ReadPhoto>): void {
    photo.catch(() => undefined); // told where it is awaited, if it is
    this.#photos.next({ sequence, photo });
  }

  /** Takes no more. */
  close(): void {
    this.#photos.complete();
  }

  async #prepare(sequence: number, photo: Promise<ReadPhoto>, signal: AbortSignal): Promise<Sitter | undefined> {
    const { models, metrics, log, outbox, face } = this.#context;
    this.#busy++;
    try {
      const sitter = await models.prepare(await photo, face(), signal);
      signal.throwIfAborted();
      outbox.send(encodeJson(Kind.photoReady, infoOf(sitter), { sequence }));
      metrics.photos.inc({ outcome: "used" });
      log.info({ width: sitter.pixels.width, height: sitter.pixels.height }, "photo changed");
      return sitter;
    } catch (error) {
      if (signal.aborted) return undefined;
      const known = error instanceof ReenactError;
      if (!known) log.error({ err: error }, "a photo broke");
      metrics.photos.inc({ outcome: known ? error.code : "INTERNAL" });
      this.#tell(sequence, known ? { code: error.code, message: error.message } : { code: "INTERNAL", message: "Something unexpected happened with this photo: try another." });
      return undefined;
    } finally {
      this.#busy--;
    }
  }

  #tell(sequence: number, note: ErrorNote): void {
    this.#context.outbox.send(encodeJson(Kind.error, note, { sequence }));
  }
}

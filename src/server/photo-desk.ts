import type { Logger } from "pino";
import { EMPTY, finalize, from, mergeMap, Subject, switchMap, type Observable } from "rxjs";
import { encodeJson, Kind, type ErrorNote } from "../client/protocol.js";
import { ReenactError } from "../errors.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import type { Pixels } from "../frame.js";
import type { Sitter } from "../pipeline/sitter.js";
import type { AddressAccount } from "./addresses.js";
import type { LiveMetrics } from "./live-metrics.js";
import type { LiveModels } from "./live-models.js";
import type { Outbox } from "./outbox.js";
import { infoOf } from "./photo-info.js";
import type { PhotoQueue } from "./photo-queue.js";
import type { PhotoReader } from "./photo-reader.js";

/** What a {@link PhotoDesk} works with. */
export interface PhotoDeskContext {
  readonly models: LiveModels;
  readonly photos: PhotoQueue;
  readonly reader: PhotoReader;
  /** Of the client's address. */
  readonly account: AddressAccount;
  readonly metrics: LiveMetrics;
  readonly log: Logger;
  readonly outbox: Outbox;
  /** Which face of a photo is meant. */
  readonly face: () => FaceChoice;
}

/** What is to be looked at: a file; a photo of which another face is meant; or nothing, as it has been looked at. */
interface Task {
  readonly sequence: number;
  readonly source: Uint8Array | Sitter;
  readonly ready?: boolean;
}

/** What looking at a photo again costs beside the least. */
const NOTHING: Pick<Pixels, "width" | "height"> = { width: 0, height: 0 };

/** Takes one session's photos and hands on the sitters that are found in them; the latest photo wins, and what fails is told its client. */
export class PhotoDesk implements Disposable {
  /** Every photo that can be used. */
  readonly sitters: Observable<Sitter>;
  readonly #context: PhotoDeskContext;
  readonly #photos = new Subject<Task>();
  /** What is looked at. */
  #under: Task | undefined;
  #busy = 0;

  constructor(context: PhotoDeskContext) {
    this.#context = context;
    this.sitters = this.#photos.pipe(switchMap((task) => {
      const controller = new AbortController();
      return from(this.#prepare(task, controller.signal)).pipe(
        mergeMap((sitter) => (sitter ? [sitter] : EMPTY)),
        finalize(() => controller.abort()),
      );
    }));
  }

  /** Whether a photo is being looked at. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /** Looks at a file that a client sent, or again at a photo of which another face is meant. */
  look(sequence: number, source: Uint8Array | Sitter): void {
    this.#photos.next({ sequence, source });
  }

  /** Hands on a photo of which all is known. */
  give(sequence: number, source: Sitter): void {
    this.#photos.next({ sequence, source, ready: true });
  }

  /** Another face is meant: of the photo that is being looked at, else of the one in use. */
  lookAgain(inUse: Sitter | undefined): void {
    if (this.#under) this.#photos.next({ ...this.#under, ready: false });
    else if (inUse) this.look(0, inUse);
  }

  /** Takes no more. */
  close(): void {
    this.#photos.complete();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #prepare(task: Task, signal: AbortSignal): Promise<Sitter | undefined> {
    const { models, photos, reader, account, metrics, log, outbox, face } = this.#context;
    const { sequence, source, ready } = task;
    this.#under = task;
    this.#busy++;
    try {
      const sitter = ready && !(source instanceof Uint8Array) ? source : await photos.run(account, signal, async (charge) => {
        const photo = source instanceof Uint8Array ? await reader.read(source, signal) : { ...source, original: NOTHING };
        charge(photo.original.width * photo.original.height);
        return models.prepare(photo, face(), signal);
      });
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
      if (this.#under === task) this.#under = undefined;
      this.#busy--;
    }
  }

  #tell(sequence: number, note: ErrorNote): void {
    this.#context.outbox.send(encodeJson(Kind.error, note, { sequence }));
  }
}

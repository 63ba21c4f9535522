import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ReenactError, type ErrorCode } from "../errors.js";
import { forkModule } from "../streams/fork-module.js";
import type { Photo } from "../streams/photo.js";
import { isPhotoFile } from "./decode-frame.js";
import type { LiveLimits } from "./limits.js";
import type { PhotoReply, PhotoRequest } from "./photo-messages.js";

/** As much of a photo as a session needs. */
export type ReadPhoto = Pick<Photo, "pixels" | "notes" | "original">;

/** Milliseconds that a photo may take, and after which a process without work is ended. */
const TIMEOUT = 60_000, IDLE = 15_000;

interface PhotoChild {
  readonly process: ChildProcess;
  readonly ready: Promise<unknown>;
  /** Rejects when it has ended. */
  readonly gone: Promise<never>;
}

/**
 * Reads photos that clients send, one at a time, in a process of its own that yields to all others: a file of some hundred bytes can
 * hold 25 million pixels, whose memory goes with the process. A photo that nobody waits for any more is read to its end all the same:
 * starting another process holds up this one for longer.
 */
export class PhotoReader implements Disposable {
  readonly #limits: Pick<LiveLimits, "maxPhotoPixels" | "maxSide">;
  #child: PhotoChild | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(limits: Pick<LiveLimits, "maxPhotoPixels" | "maxSide">) {
    this.#limits = limits;
  }

  /**
   * A file as pixels.
   *
   * @throws ReenactError PHOTO_UNREADABLE, PHOTO_TOO_LARGE, INPUT_EMPTY; the signal's reason
   */
  async read(bytes: Uint8Array, signal: AbortSignal): Promise<ReadPhoto> {
    signal.throwIfAborted();
    if (!isPhotoFile(bytes)) throw new ReenactError("PHOTO_UNREADABLE", "Expected a photo but this file is none: use JPEG, PNG, WebP, AVIF, TIFF or GIF.");
    clearTimeout(this.#idle);
    const child = this.#child ??= startChild();
    const stop = () => this.#end(child);
    let timer = setTimeout(stop, TIMEOUT);
    try {
      await child.ready;
      clearTimeout(timer);
      timer = setTimeout(stop, TIMEOUT); // starting is not the photo's fault
      const { maxPhotoPixels: maxPixels, maxSide } = this.#limits;
      const answer = once(child.process, "message");
      child.process.send({ bytes, maxPixels, maxSide } satisfies PhotoRequest);
      const [reply] = await Promise.race([answer, child.gone]) as [PhotoReply];
      signal.throwIfAborted();
      if (reply === "ready") throw new Error("Expected an answer but the process began anew");
      if ("error" in reply) throw new ReenactError(reply.error.code as ErrorCode, reply.error.message);
      return reply.photo;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ReenactError) throw error;
      this.#end(child);
      throw new ReenactError("PHOTO_UNREADABLE", `Expected a photo that can be read within ${TIMEOUT / 1000} s but this one cannot: save it anew as JPEG.`, { cause: error });
    } finally {
      clearTimeout(timer);
      this.#idle = setTimeout(() => this.close(), IDLE).unref();
    }
  }

  /** Ends the process; the next photo starts another. */
  close(): void {
    clearTimeout(this.#idle);
    if (this.#child) this.#end(this.#child);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #end(child: PhotoChild): void {
    child.process.kill("SIGKILL");
    if (this.#child === child) this.#child = undefined;
  }
}

function startChild(): PhotoChild {
  // Not detached: Linux shares the processor out among sessions first, where being of low priority in one's own helps nobody else.
  const child = forkModule(import.meta.url, "./photo-process", [], { stdio: ["ignore", "ignore", "ignore", "ipc"], serialization: "advanced", detached: false });
  child.on("error", () => {}); // `exit`, or a failed send, follows
  const gone = once(child, "exit").then((): never => { throw new Error("the process that reads photos ended"); });
  const ready = Promise.race([once(child, "message"), gone]);
  for (const told of [gone, ready]) told.catch(() => {}); // to whoever waits
  return { process: child, ready, gone };
}

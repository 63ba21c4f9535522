import { setTimeout as delay } from "node:timers/promises";
import { ReenactError, type ErrorCode } from "../errors.js";

/** Causes that stay as they are however often one tries. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  "USAGE", "INPUT_NOT_FOUND", "INPUT_EMPTY", "PHOTO_UNREADABLE", "PHOTO_TOO_LARGE", "NO_FACE_IN_PHOTO", "NO_FACE_IN_VIDEO", "OUTPUT_INVALID",
  "OUTPUT_EXISTS", "ENCODER_MISSING", "FFMPEG_MISSING", "MODEL_MISSING", "MODEL_CORRUPT", "ENGINE_UNAVAILABLE", "PROTOCOL", "ABORTED",
]);

/** Whether trying again may help. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof ReenactError && LASTING.has(error.code));
}

/** Waits before the first repetition, milliseconds; each further one waits twice as long. */
const FIRST_WAIT = 500;

/** What came of trying. */
export interface Tried<T> {
  readonly value: T;
  /** 1 when it worked at once. */
  readonly tries: number;
}

/** Does `work` up to 1 + `retries` times, as long as {@link mayPass}. @throws what the last try threw, or the signal's reason */
export async function retry<T>(work: () => Promise<T>, retries: number, signal: AbortSignal): Promise<Tried<T>> {
  for (let tries = 1; ; tries++) {
    try {
      return { value: await work(), tries };
    } catch (error) {
      if (tries > retries || signal.aborted || !mayPass(error)) throw error;
      await delay(FIRST_WAIT * 2 ** (tries - 1), undefined, { signal });
    }
  }
}

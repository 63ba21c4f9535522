import type { Frame } from "../frame.js";

/** What was written. */
export interface EncodeSummary {
  /** The file; the folder of a sequence; undefined for a pipe. */
  readonly path: string | undefined;
  readonly frames: number;
  /** Of the file's pictures, pixels: the frames' own, or the next even one where the encoder wants that. */
  readonly width: number;
  readonly height: number;
  /** From the first frame to the end of the last, seconds. */
  readonly duration: number;
  /** Of all files; undefined for a pipe. */
  readonly bytes: number | undefined;
  /** ffmpeg's name of the encoder, or the picture format of a sequence. */
  readonly encoder: string;
  readonly audio: "none" | "copied" | "encoded";
  /** Sentences for the user: what was done differently from what one would expect. */
  readonly notes: readonly string[];
}

/** Takes frames in order and makes an output of them. Whoever opened it ends it by `finish()` or `abort()`. */
export interface FrameSink extends AsyncDisposable {
  /** Known from the start: sentences for the user. */
  readonly notes: readonly string[];
  /**
   * Resolves when the frame was taken and there is room for another; its bytes may then be used anew. One call at a time.
   * @throws {ReenactError} DISK_FULL, ENCODE_FAILED, OUTPUT_INVALID, ABORTED; the output is then gone.
   */
  write(frame: Frame): Promise<void>;
  /**
   * Completes the output and gives it its name.
   * @throws {ReenactError} as `write`, and ENCODE_FAILED when there was no frame.
   */
  finish(): Promise<EncodeSummary>;
  /** Gives up: ends the encoder and removes what was written. After `finish()`, or again, it does nothing. */
  abort(): Promise<void>;
}

import type { Frame } from "../frame.js";

/**
 * Decoded frames, pulled one by one. While nobody pulls, a bounded number of frames is read ahead and then the decoder is held back.
 * Frames are the caller's: nothing writes to them again.
 */
export interface FrameReader extends AsyncIterable<Frame>, AsyncDisposable {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** The sound of a live input, written while its frames are decoded and complete once they ended; removed by `close()`. */
  readonly audioFile: string | undefined;
  /**
   * When the first frame is shown, in seconds from the input's start. Waits for that frame.
   * @throws {ReenactError} as {@link FrameReader.next}.
   */
  origin(): Promise<number>;
  /**
   * The next frame, or undefined after the last one.
   * @throws {ReenactError} INPUT_UNREADABLE when decoding fails, INPUT_EMPTY when there is not a single frame, ABORTED.
   */
  next(): Promise<Frame | undefined>;
  /** Ends the decoder; can be called again. */
  close(): Promise<void>;
}

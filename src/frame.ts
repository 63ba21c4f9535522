/** Two times that differ by less are the same, seconds: it is what ffmpeg and ffprobe state times to. */
export const MICROSECOND = 1e-6;

/** An image: RGB, 8 bits a channel, row by row from the top left, no padding (`data.length === width * height * 3`). */
export interface Pixels {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** One picture of a video. */
export interface Frame extends Pixels {
  /** 0 for the first frame that is shown, then 1, 2, … without gaps. */
  readonly index: number;
  /** Presentation time in seconds from the first frame that is shown. */
  readonly timestamp: number;
  /** Whether it could not be decoded: it shows the last picture before it that could. */
  readonly repeats?: boolean;
}

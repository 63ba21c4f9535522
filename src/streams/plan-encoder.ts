import { ReenactError } from "../errors.js";
import type { Container } from "./container-formats.js";
import { fineTimeBase, rational, type Rational } from "./rational.js";
import { chooseVideoEncoder, type EncoderChoice, type VideoEncoder } from "./video-encoders.js";
import type { VideoInfo } from "./video-info.js";

const DEFAULT_RATE: Rational = rational(25);

/** What {@link planEncoder} decides by. */
export interface EncoderPlanOptions extends EncoderChoice {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The video whose frames these are. */
  readonly info: VideoInfo | undefined;
}

/** The rate that is stated for frames of a video. */
export function statedRate(info: VideoInfo | undefined): Rational {
  return info?.frameRate ?? DEFAULT_RATE;
}

/**
 * The encoder for a container's pictures, on a clock that all of the source's times lie on.
 * @param available the names of ffmpeg's encoders.
 * @throws {ReenactError} ENCODER_MISSING; OUTPUT_INVALID when the pictures are too large for it.
 */
export function planEncoder(container: Container, available: ReadonlySet<string>, options: EncoderPlanOptions): VideoEncoder {
  const { width, height, info, encoder: named, crf, preset } = options;
  const frameRate = statedRate(info);
  const timeBase = fineTimeBase(info?.timeBase ?? rational(frameRate.den, frameRate.num));
  const encoder = chooseVideoEncoder(container.video, available, { encoder: named, crf, preset, width, height, frameRate, timeBase });
  if (Math.max(width, height) > encoder.maxSide) {
    throw new ReenactError("OUTPUT_INVALID", `Expected pictures of at most ${encoder.maxSide} pixels a side for ${encoder.name} but received ${width}×${height}: scale the photo down.`);
  }
  return encoder;
}

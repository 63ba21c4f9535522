import type { Frame } from "../frame.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openDecoder, type DecodeOptions } from "../streams/decode.js";
import type { VideoInfo } from "../streams/video-info.js";

/** A frame, and its face if one was found. */
export interface WatchedFrame {
  readonly frame: Frame;
  readonly face: FaceLandmarks | undefined;
}

/**
 * Follows the face of a video from frame to frame.
 *
 * @param landmarks serves this video alone meanwhile
 * @throws ReenactError as {@link openDecoder} does
 */
export async function* watchFaces(info: VideoInfo, landmarks: LandmarkSource, decoding: DecodeOptions): AsyncGenerator<WatchedFrame> {
  await using decoder = await openDecoder(info, decoding);
  for await (const frame of decoder) {
    const [face] = await landmarks.detect(frame, { timestamp: frame.timestamp, irises: true });
    yield { frame, face };
  }
}

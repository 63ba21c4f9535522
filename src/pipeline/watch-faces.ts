import type { Frame } from "../frame.js";
import type { Turn } from "../model/geometry/quarter-turns.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openDecoder, type DecodeOptions } from "../streams/decode.js";
import type { VideoInfo } from "../streams/video-info.js";
import { turnFrame } from "./clip-turn.js";

/** A frame, turned so that its face is upright, and the face if one was found. */
export interface WatchedFrame {
  readonly frame: Frame;
  readonly face: FaceLandmarks | undefined;
}

/**
 * Follows the face of a video from frame to frame.
 *
 * @param landmarks serves this video alone meanwhile
 * @param turn quarter turns clockwise after which the face is upright
 * @throws ReenactError as {@link openDecoder} does
 */
export async function* watchFaces(
  info: VideoInfo, landmarks: LandmarkSource, { turn = 0, ...decoding }: DecodeOptions & { readonly turn?: Turn | undefined },
): AsyncGenerator<WatchedFrame> {
  await using decoder = await openDecoder(info, decoding);
  for await (const decoded of decoder) {
    const frame = turnFrame(decoded, turn);
    const [face] = await landmarks.detect(frame, { timestamp: frame.timestamp, irises: true });
    yield { frame, face };
  }
}

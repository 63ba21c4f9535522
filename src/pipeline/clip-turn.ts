import type { Frame } from "../frame.js";
import { turnPicture, type Turn } from "../model/geometry/quarter-turns.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { VideoInfo } from "../streams/video-info.js";
import { findTurn, isUpright } from "./find-turn.js";
import { restFrames } from "./rest-frames.js";

/** How many frames are looked at, spread over the clip. */
const FRAMES = 8;
/** A clip whose face is upright in this share of them, or more, is not looked at otherwise. */
const ENOUGH = 0.75;

/** Which part of a clip is looked at. */
export interface ClipCut {
  /** Seconds from the input's start. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How the face of a clip is found upright, for those who only look at it: quarter turns of its pictures clockwise. What can be read only
 * once is taken as it is.
 *
 * @throws ReenactError as `openDecoder` does
 */
export async function clipTurn(info: VideoInfo, landmarks: LandmarkSource, { start = 0, end, signal }: ClipCut = {}): Promise<Turn> {
  if (info.input.path === undefined) return 0;
  const frames: Frame[] = [];
  let upright = 0;
  for await (const frame of restFrames(info, { start, end, neutral: "auto" }, signal, FRAMES)) {
    frames.push(frame);
    const [face] = await landmarks.detect(frame);
    if (face && isUpright(face, landmarks.name)) upright++;
  }
  return upright >= ENOUGH * frames.length ? 0 : findTurn(frames, landmarks, signal);
}

/** A frame so many quarter turns further. */
export function turnFrame(frame: Frame, turn: Turn): Frame {
  return turn === 0 ? frame : { ...frame, ...turnPicture(frame, turn) };
}

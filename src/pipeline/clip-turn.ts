import type { Frame } from "../frame.js";
import { turnPicture, type Turn } from "../model/geometry/quarter-turns.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { VideoInfo } from "../streams/video-info.js";
import { findTurn, isUpright } from "./find-turn.js";
import { restFrames } from "./rest-frames.js";

/** How many frames are looked at otherwise, spread over the clip. */
export const TURN_FRAMES = 8;
/** A clip whose face is upright in this share of frames, or more, is not looked at otherwise. */
const ENOUGH = 0.75;

/** Whether a face that is upright in so many of the frames that were looked at is so in the clip. */
export function mostlyUpright(upright: number, looked: number): boolean {
  return upright >= ENOUGH * looked;
}

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
  for await (const frame of restFrames(info, { start, end, neutral: "auto" }, signal, TURN_FRAMES)) {
    frames.push(frame);
    const [face] = await landmarks.detect(frame);
    if (face && isUpright(face, landmarks.name)) upright++;
  }
  return mostlyUpright(upright, frames.length) ? 0 : findTurn(frames, landmarks, signal);
}

/** A frame so many quarter turns further. */
export function turnFrame(frame: Frame, turn: Turn): Frame {
  return turn === 0 ? frame : { ...frame, ...turnPicture(frame, turn) };
}

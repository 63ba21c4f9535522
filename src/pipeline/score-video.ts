import { told } from "../as-reenact-error.js";
import type { FilePath } from "../file-path.js";
import type { Frame } from "../frame.js";
import type { Turn } from "../model/geometry/quarter-turns.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { openLandmarks, type LandmarkOptions } from "../model/landmarks/open-landmarks.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openDecoder } from "../streams/decode.js";
import type { FrameReader } from "../streams/frame-reader.js";
import { openInput } from "../streams/media-input.js";
import { readPhoto } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";
import { clipTurn, turnFrame } from "./clip-turn.js";
import { Closers } from "./closers.js";
import { followScores, measureFace, type FollowScores, type MeasuredFace } from "./follow-scores.js";
import { preparePhoto } from "./prepare-photo.js";
import { VideoJudge } from "./video-judge.js";

export type { FollowScores } from "./follow-scores.js";

/** What else a video may be scored with. */
export interface ScoreOptions extends LandmarkOptions {
  /** The photo that was moved: adds {@link FollowScores.likeness}. */
  readonly photo?: FilePath | Uint8Array | undefined;
  /** Which of its faces; "largest" when left out. */
  readonly face?: FaceChoice;
  /** Told after every frame; `total` where it is known. */
  readonly onFrame?: (done: number, total: number | undefined) => void;
}

/** Longer videos are judged in about so many frames, spread evenly. */
const JUDGED = 200;
/** Landmarks need no more than this, pixels. */
const SIDE = 1280;

/**
 * Compares what the faces of two videos of the same timeline do, frame by frame: the driver's and a finished output's. Memory does not
 * grow with their length but for a few numbers a frame. A face upside down or on its side is looked at as if it were upright.
 *
 * @param options which landmarks are measured with; default: the best that is here without a download
 * @returns correlations that are NaN when hardly a frame shows a face in both
 * @throws ReenactError as decoding does, ENGINE_UNAVAILABLE or MODEL_MISSING when no landmarks can be had, and with a photo as reading one
 * and finding its face does
 */
export function scoreVideo(driver: string | URL, output: string | URL, options: ScoreOptions = {}): Promise<FollowScores> {
  return told(options.signal, () => score(driver, output, options));
}

async function score(driver: string | URL, output: string | URL, options: ScoreOptions): Promise<FollowScores> {
  const { photo, face = "largest", onFrame, signal } = options;
  const closers = new Closers();
  try {
    const judge = photo === undefined ? undefined : closers.add(await openJudge(photo, face, options), (opened) => opened[Symbol.asyncDispose]());
    const [a, b] = [await openSide(driver, options, closers), await openSide(output, options, closers)];
    const every = Math.max(1, Math.round((a.total ?? 5 * JUDGED) / JUDGED));
    const both: (readonly [MeasuredFace, MeasuredFace])[] = [];
    let driverFrames = 0, outputFrames = 0;
    for (;;) {
      signal?.throwIfAborted();
      const [x, y] = await Promise.all([nextOf(a), nextOf(b)]);
      if (x) driverFrames++;
      if (y) outputFrames++;
      if (!x && !y) break;
      onFrame?.(Math.max(driverFrames, outputFrames), a.total);
      if (!x || !y) continue; // where one is longer, the rest is only counted
      const [driving, made] = await Promise.all([faceOf(a, x), faceOf(b, y)]);
      if (!driving || !made) continue;
      both.push([measureFace(x, driving), measureFace(y, made)]);
      if (judge && x.index % every === 0) await judge.add(x, driving, y, made);
    }
    return { ...followScores(both), driverFrames, outputFrames, ...(judge && { likeness: judge.scores() }) };
  } finally {
    await closers.close();
  }
}

interface Side {
  readonly decoder: FrameReader;
  readonly landmarks: LandmarkSource;
  readonly turn: Turn;
  readonly total: number | undefined;
}

/** The next frame, its face upright. */
async function nextOf({ decoder, turn }: Side): Promise<Frame | undefined> {
  const frame = await decoder.next();
  return frame && turnFrame(frame, turn);
}

/** Each video has a source of landmarks of its own: a face is followed from frame to frame. */
async function openSide(path: string | URL, options: LandmarkOptions, closers: Closers): Promise<Side> {
  const input = closers.add(await openInput(path), (opened) => opened.close());
  const info = await probeVideo(input, { signal: options.signal });
  const landmarks = closers.add(await openLandmarks(options), (opened) => opened.close());
  const turn = await clipTurn(info, landmarks, { signal: options.signal });
  const decoder = closers.add(await openDecoder(info, { quick: true, maxSide: SIDE, signal: options.signal }), (opened) => opened.close());
  return { decoder, landmarks, turn, total: info.frameCount };
}

async function openJudge(photo: FilePath | Uint8Array, face: FaceChoice, options: LandmarkOptions): Promise<VideoJudge> {
  const { pixels } = await readPhoto(photo);
  const landmarks = await openLandmarks(options);
  try {
    return await VideoJudge.open((await preparePhoto(pixels, landmarks, face)).crop);
  } finally {
    await landmarks.close();
  }
}

async function faceOf({ landmarks }: Side, frame: Frame): Promise<FaceLandmarks | undefined> {
  return (await landmarks.detect(frame, { timestamp: frame.timestamp, irises: true })).at(0);
}

import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { ReenactError } from "../errors.js";
import type { Pixels } from "../frame.js";
import { measureExpression } from "../model/evaluation/expression-measures.js";
import { farthestPoints } from "../model/evaluation/farthest-points.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { listPersonVideos, type PersonVideo } from "../model/readers/video-folder.js";
import { openDecoder } from "../streams/decode.js";
import { openInput } from "../streams/media-input.js";
import { probeVideo } from "../streams/probe.js";
import { clipTurn, turnFrame } from "./clip-turn.js";

/** What is taken from a folder of videos. */
export interface CollectOptions {
  /** Folder of videos: see {@link listPersonVideos} for who is who. */
  readonly videos: string;
  /** Folder of photos to make, with an `index.csv`; it must not exist. */
  readonly out: string;
  /** Frames of every video, at most. */
  readonly frames: number;
  /** It is not closed. */
  readonly landmarks: LandmarkSource;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface CollectSummary {
  readonly videos: number;
  readonly people: number;
  readonly photos: number;
  /** Videos in which no face was found. */
  readonly skipped: readonly string[];
}

/** Frames of a video that are looked at, about: they are spread evenly, and kept in memory until the video ends. */
const CANDIDATES = 48;
/** Faces are cut out with this many times the face's height round them, and scaled down to a side of so many pixels. */
const ROOM = 2, SIDE = 400;
/** Frames are decoded at most this large, pixels. */
const FRAME_SIDE = 1280;

/**
 * Turns videos of people into photos for a dataset: of every video the frames whose expressions differ most, upright. Photos of one person make
 * real pairs, of one identity with two expressions. The folder appears when it is complete.
 *
 * @throws ReenactError OUTPUT_EXISTS, DATA_INVALID (no videos, no faces), as decoding does, or the signal's reason
 */
export async function collectFrames(options: CollectOptions, onVideo?: (done: number, total: number) => void): Promise<CollectSummary> {
  const out = resolve(options.out);
  if (await stat(out).then(() => true, () => false)) throw new ReenactError("OUTPUT_EXISTS", `Expected no file or folder at ${out}; remove it or choose another --out.`);
  const videos = await listPersonVideos(options.videos);
  const partial = `${out}.partial-${process.pid}`;
  const rows: string[] = [], skipped: string[] = [];
  const people = new Set<string>();
  try {
    await mkdir(partial, { recursive: true });
    for (const [i, video] of videos.entries()) {
      options.signal?.throwIfAborted();
      const kept = await differentFaces(video, options);
      if (kept.length === 0) skipped.push(video.path);
      else people.add(video.person);
      for (const [k, photo] of kept.entries()) {
        const file = `${String(i).padStart(4, "0")}-${String(k).padStart(2, "0")}.png`;
        await writeFile(join(partial, file), photo);
        rows.push([file, "videos", `videos/${video.person}`].map(quoted).join(","));
      }
      onVideo?.(i + 1, videos.length);
    }
    if (rows.length === 0) throw new ReenactError("DATA_INVALID", `Expected faces in the videos of ${options.videos} but found none in ${videos.length}: use videos that show one person from the front.`);
    await writeFile(join(partial, "index.csv"), ["file,set,person", ...rows, ""].join("\n"));
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return { videos: videos.length, people: people.size, photos: rows.length, skipped };
}

/** PNG files of the frames of a video whose expressions differ most. */
async function differentFaces({ path }: PersonVideo, { frames, landmarks, signal }: CollectOptions): Promise<Buffer[]> {
  const input = await openInput(path);
  try {
    const info = await probeVideo(input, { signal }), turn = await clipTurn(info, landmarks, { signal });
    await using decoder = await openDecoder(info, { maxSide: FRAME_SIDE, signal });
    let every = Math.max(1, Math.round((info.frameCount ?? CANDIDATES) / CANDIDATES));
    const pictures: Buffer[] = [], measures: number[][] = [];
    for await (const decoded of decoder) {
      if (decoded.index % every !== 0) continue;
      const frame = turnFrame(decoded, turn);
      const [face] = await landmarks.detect(frame, { timestamp: frame.timestamp });
      if (!face) continue;
      const { mouthOpen, smile, eyesOpen, browsUp } = measureExpression(face);
      pictures.push(await cutOut(frame, face));
      measures.push([mouthOpen, smile, eyesOpen / 4, browsUp]); // shares of the crop, but for the eyes' height by width
      if (pictures.length < 2 * CANDIDATES) continue;
      // Longer than the file said: every other one is dropped, and half as many are looked at from here on.
      for (const list of [pictures, measures]) list.splice(0, list.length, ...(list as unknown[]).filter((_, k) => k % 2 === 0) as never[]);
      every *= 2;
    }
    return farthestPoints(measures, frames).map((k) => pictures[k]);
  } finally {
    await input.close();
  }
}

/** The face with its surroundings as a PNG. */
async function cutOut({ data, width, height }: Pixels, { points }: FaceLandmarks): Promise<Buffer> {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  for (let i = 0; i < points.length; i += 3) {
    left = Math.min(left, points[i]); right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]); bottom = Math.max(bottom, points[i + 1]);
  }
  const half = ROOM * Math.max(right - left, bottom - top) / 2, x = (left + right) / 2, y = (top + bottom) / 2;
  const from = (middle: number, limit: number) => Math.min(limit - 1, Math.max(0, Math.round(middle - half)));
  const to = (middle: number, limit: number) => Math.min(limit, Math.max(1, Math.round(middle + half)));
  const region = { left: from(x, width), top: from(y, height), width: to(x, width) - from(x, width), height: to(y, height) - from(y, height) };
  return sharp(data, { raw: { width, height, channels: 3 } }).extract(region)
    .resize(SIDE, SIDE, { fit: "inside", withoutEnlargement: true }).png().toBuffer();
}

/** A field of a CSV line (RFC 4180). */
function quoted(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

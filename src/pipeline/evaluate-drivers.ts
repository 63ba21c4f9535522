import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { ReenactError } from "../errors.js";
import type { DrivenEvaluation, DrivenPair, Strip } from "../model/evaluation/driven-report.js";
import { summariseDriven, type DrivenScores } from "../model/evaluation/driven-scores.js";
import { openIdentityJudge } from "../model/evaluation/identity-judge.js";
import { MEASURED_THRESHOLDS } from "../model/evaluation/thresholds.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { listPersonVideos } from "../model/readers/video-folder.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import { listPhotos } from "../model/synthesis/photo-index.js";
import { Closers } from "./closers.js";
import { CUT_SIDE } from "./cut-out-face.js";
import { readDriver, type DriverClip } from "./driver-clip.js";
import { drawDriverPairs } from "./driver-pairs.js";
import { judgeOutput, judgePhoto, type JudgedPhoto, type OutputJudges } from "./judge-output.js";
import type { ReenactOptions } from "./options.js";
import { createReenactor, type Reenactor } from "./reenactor.js";
import { renderScored } from "./render-scored.js";

/** How the videos are made: options of a job that are not about its files. */
export type DrivenSettings = Omit<ReenactOptions, "input" | "photo" | "output" | "format" | "overwrite" | "view" | "audio">;

/** What is evaluated, and on what. */
export interface EvaluateDriversOptions {
  /** Folder of videos: see {@link listPersonVideos} for who is who. */
  readonly drivers: string;
  /** Folder of photos. */
  readonly photos: string;
  /** A folder that is there, for the videos. */
  readonly folder: string;
  /** Whether they stay in it. */
  readonly keepVideos: boolean;
  /** Networks by name, the main one first; the package's weights when a folder is left out. */
  readonly networks: readonly { readonly name: string; readonly weights?: string | undefined }[];
  /** Whether MediaPipe's scores drive the photos, too. */
  readonly ceiling: boolean;
  readonly settings: DrivenSettings;
  /** Pairs, at most; default: every driver on two photos. */
  readonly pairs?: number | undefined;
  /** The same seed, files and weights give the same report. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Told after every frame of a stage; the total is an estimate where a video does not say how long it is. */
export type DriversProgress = (stage: string, done: number, total: number) => void;

/** What the tables call the ceiling. */
export const CEILING = "mediapipe";

/** Makes one video. */
interface Contestant {
  readonly key: string;
  readonly label: string;
  readonly render: (input: string, photo: string, output: string, onFrame: (done: number) => void) => Promise<unknown>;
}

/**
 * Real clips reenacted onto real photos by the pipeline that users have, and judged without any truth: MediaPipe looks at the videos that come
 * out, frame by frame, beside the drivers'.
 *
 * @throws ReenactError DATA_INVALID (no videos, no photos), NO_FACE_IN_PHOTO, NO_FACE_IN_VIDEO, MODEL_MISSING, and whatever a job throws; the
 * signal's reason when it is aborted
 */
export async function evaluateDrivers(options: EvaluateDriversOptions, onProgress: DriversProgress = () => {}): Promise<DrivenEvaluation> {
  const { drivers: folder, photos: photoFolder, settings, seed, signal } = options, face = settings.face ?? "largest";
  const videos = await listPersonVideos(folder, "--drivers"), files = (await listPhotos(photoFolder)).map(({ file }) => file);
  const pairs = drawDriverPairs(videos.length, files.length, seed, options.pairs);
  const closers = new Closers();
  try {
    const landmarks = closers.add(await openJudge(settings, signal), (opened) => opened.close());
    const judges: OutputJudges = { landmarks, identity: closers.add(await openIdentityJudge(), (opened) => opened.close()), basis: await sharedBasis(), signal };
    const photos = new Map<number, JudgedPhoto>(), clips = new Map<number, DriverClip>();
    for (const photo of new Set(pairs.map((pair) => pair.photo))) photos.set(photo, await judgePhoto(join(photoFolder, files[photo]), face, judges).catch(naming(files[photo])));
    const used = [...new Set(pairs.map((pair) => pair.driver))];
    for (const [i, driver] of used.entries()) {
      const onFrame = (done: number, total = done) => onProgress("looking at the drivers", i + Math.min(1, done / total), used.length);
      clips.set(driver, await readDriver(videos[driver], { ...judges, cut: { start: settings.start, end: settings.end }, onFrame }));
    }
    const reenactor = closers.add(createReenactor(), (opened) => opened.close()), contestants = contestantsOf(options, reenactor, landmarks);
    const total = pairs.length * contestants.length;
    const done: DrivenPair[] = [], strips: Strip[] = [];
    await mkdir(join(options.folder, "videos"), { recursive: true });
    for (const [i, pair] of pairs.entries()) {
      const clip = clips.get(pair.driver)!, file = files[pair.photo], title = `${basename(clip.path)} on ${file}`;
      const scores: Record<string, DrivenScores> = {}, rows = [clip.strip.map(({ picture }) => picture)];
      for (const [k, { key, render }] of contestants.entries()) {
        signal?.throwIfAborted();
        // Making a video counts as half of the work.
        const at = (half: number) => (frame: number) => onProgress("pairs", i * contestants.length + k + (half + Math.min(1, frame / clip.frames.length)) / 2, total);
        const output = join(options.folder, "videos", `${String(i + 1).padStart(3, "0")}-${key}.mp4`);
        await render(clip.path, join(photoFolder, file), output, at(0));
        const judged = await judgeOutput(output, clip, photos.get(pair.photo)!, { ...judges, onFrame: at(1) });
        scores[key] = judged.scores;
        rows.push([...judged.strip]);
        if (!options.keepVideos) await rm(output);
      }
      done.push({ driver: basename(clip.path), photo: file, person: clip.person, frames: clip.frames.length, faces: clip.faces, scores });
      strips.push({ title, picture: await joinRows(rows) });
    }
    if (!options.keepVideos) await rm(join(options.folder, "videos"), { recursive: true });
    const people = done.map(({ person }) => person);
    return {
      strips,
      report: {
        version: 1, kind: "drivers", seed, settings: shownSettings(settings), thresholds: MEASURED_THRESHOLDS, pairs: done, notes: notesOf(options),
        contestants: contestants.map(({ key, label }) => ({ key, label, summary: summariseDriven(done.map(({ scores }) => scores[key]), people, `${seed}/${key}`) })),
      },
    };
  } finally {
    await closers.close();
  }
}

function contestantsOf({ networks, ceiling, settings, signal }: EvaluateDriversOptions, reenactor: Reenactor, landmarks: LandmarkSource): Contestant[] {
  const all = networks.map(({ name, weights }): Contestant => ({
    key: name, label: name,
    render: (input, photo, output, onFrame) =>
      reenactor.reenact({ ...settings, weights, input, photo, output, audio: false }, { signal, onProgress: ({ frame }) => onFrame(frame) }),
  }));
  if (!ceiling) return all;
  const [{ weights }] = networks;
  return [...all, {
    key: CEILING, label: "MediaPipe's scores → rig, the ceiling of reading",
    render: (input, photo, output, onFrame) => renderScored(reenactor, { ...settings, weights, input, photo, audio: false }, output, landmarks, { signal, onFrame }),
  }];
}

async function openJudge({ modelDir }: DrivenSettings, signal: AbortSignal | undefined): Promise<LandmarkSource> {
  try {
    return await openLandmarks({ kind: "mediapipe", modelDir, signal });
  } catch (cause) {
    if (!(cause instanceof ReenactError) || cause.code !== "MODEL_MISSING") throw cause;
    throw new ReenactError("MODEL_MISSING", "Expected MediaPipe's face_landmarker.task, which judges the frames, but it is not here and cannot be fetched: put it into a folder and name that by --model-dir.", { cause });
  }
}

/** Says which photo it is. */
function naming(file: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ReenactError && error.code === "NO_FACE_IN_PHOTO") throw new ReenactError(error.code, `${error.message.replace(/\.$/, "")} (${file}).`, { cause: error });
    throw error;
  };
}

/** What decides how the videos look, for the report. */
function shownSettings({ expression = "relative", head = "follow", headStrength = 1, gaze = "follow", strength = 1, neutral = "auto", start, end }: DrivenSettings): Record<string, unknown> {
  const cut = { ...(start ? { from: `${start} s` } : {}), ...(end === undefined ? {} : { to: `${end} s` }) };
  return { expression, head, "head-strength": headStrength, gaze, strength, neutral, ...cut };
}

function notesOf({ ceiling, drivers }: EvaluateDriversOptions): string[] {
  return [
    `Every figure of expression, head and gaze comes from one family of landmark models: look at the strips, too. Drivers of ${drivers} are whatever the folder holds: whether the weights were trained on them is for whoever trained them to say.`,
    ...(ceiling ? ["The ceiling shows on the photo's rig what MediaPipe scores in the driver, counted from the driver's rest as a network's reading is: what a perfect reading would reach."] : []),
  ];
}

/** Rows of faces above one another, as a JPEG. */
async function joinRows(rows: readonly (readonly Uint8Array[])[]): Promise<Uint8Array> {
  const width = CUT_SIDE * rows[0].length, height = CUT_SIDE * rows.length;
  const tiles = rows.flatMap((row, r) => row.map((picture, c) => ({
    input: Buffer.from(picture), raw: { width: CUT_SIDE, height: CUT_SIDE, channels: 3 as const }, left: c * CUT_SIDE, top: r * CUT_SIDE,
  })));
  return sharp({ create: { width, height, channels: 3, background: "black" } }).composite(tiles).jpeg({ quality: 88 }).toBuffer();
}

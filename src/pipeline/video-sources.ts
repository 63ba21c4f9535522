import type { Pixels } from "../frame.js";
import { alignFace } from "../model/geometry/alignment.js";
import { faceMotion } from "../model/geometry/driver-motion.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { listPersonVideos, type PersonVideo } from "../model/readers/video-folder.js";
import { cropFace } from "../model/synthesis/crop-face.js";
import type { FaceCrop } from "../model/synthesis/dataset.js";
import { weightsFromScores, type ExpressionBasis } from "../model/synthesis/expression-basis.js";
import { loadBasis } from "../model/synthesis/load-basis.js";
import { FrameSifter, type LeftOut } from "../model/synthesis/sure-frames.js";
import type { VideoFrame } from "../model/synthesis/video-frame.js";
import { expressive } from "./find-rest.js";
import { readClip, type ClipFrame } from "./read-clip.js";

/** Where frames of people come from. */
export interface VideoSourcesOptions {
  /** Folder of videos: see {@link listPersonVideos} for who is who. */
  readonly videos: string;
  /** Folder of the face basis. */
  readonly basis: string;
  /** Frames of every video, at most. */
  readonly frames: number;
  /** It measures scores. It is not closed. */
  readonly landmarks: LandmarkSource;
  readonly signal?: AbortSignal;
}

/** What came of the videos. */
export interface VideoSummary {
  readonly videos: number;
  readonly people: number;
  /** Frames that were looked at, and that were taken. */
  readonly looked: number;
  readonly frames: number;
  /** Why the others were left out. */
  readonly left: LeftOut;
  /** Videos of which no frame was taken. */
  readonly skipped: readonly string[];
}

/** Places in a row and a column of a picture that tell a cut. */
const GLANCE = 24;

/** Reads frames of people out of videos, video by video, and counts what was left out. */
export class VideoSources {
  readonly #people = new Set<string>();
  readonly #left: { -readonly [name in keyof LeftOut]: number } = { noFace: 0, noScores: 0, small: 0, turned: 0, cut: 0, alike: 0 };
  readonly #skipped: string[] = [];
  #videos = 0;
  #looked = 0;
  #frames = 0;

  private constructor(
    private readonly options: VideoSourcesOptions, private readonly listed: readonly PersonVideo[], private readonly onVideo?: (done: number, total: number) => void,
  ) {}

  /** @throws ReenactError DATA_INVALID without videos */
  static async open(options: VideoSourcesOptions, onVideo?: (done: number, total: number) => void): Promise<VideoSources> {
    return new VideoSources(options, await listPersonVideos(options.videos), onVideo);
  }

  /** What came of the videos so far. */
  get summary(): VideoSummary {
    return { videos: this.#videos, people: this.#people.size, looked: this.#looked, frames: this.#frames, left: { ...this.#left }, skipped: [...this.#skipped] };
  }

  /**
   * All that are taken, those of one video together.
   *
   * @throws ReenactError DATA_INVALID for a bad basis, as decoding does, or the signal's reason
   */
  async *read(): AsyncGenerator<VideoFrame> {
    const { basis: folder, frames: most, signal } = this.options;
    const basis = await loadBasis(folder), quiet = expressive(basis);
    for (const [i, { path, person }] of this.listed.entries()) {
      signal?.throwIfAborted();
      const sifter = new FrameSifter<FaceCrop>();
      for await (const clipFrame of readClip(path, this.options.landmarks, signal)) {
        this.#looked++;
        sifter.add({ time: clipFrame.frame.timestamp, glance: glance(clipFrame.frame), face: readingOf(clipFrame, basis) });
      }
      const { frames, left } = sifter.finish(most, quiet);
      for (const name of Object.keys(left) as (keyof LeftOut)[]) this.#left[name] += left[name];
      this.#videos++;
      this.#frames += frames.length;
      if (frames.length === 0) this.#skipped.push(path);
      else this.#people.add(person);
      for (const { kept, weights } of frames) yield { ...kept, person, weights };
      this.onVideo?.(i + 1, this.listed.length);
    }
  }
}

function readingOf({ frame, face, alignment }: ClipFrame, basis: ExpressionBasis) {
  if (!face || !alignment) return undefined;
  return {
    registration: alignFace(face), motion: faceMotion(face), weights: face.blendshapes && weightsFromScores(basis, face.blendshapes),
    take: (): FaceCrop => cropFace(frame, face.points, 3, alignment),
  };
}

/** The green of pixels that are spread evenly over a picture. */
function glance({ data, width, height }: Pixels): Uint8Array {
  const place = (k: number, length: number) => Math.floor(((k + 0.5) / GLANCE) * length);
  return Uint8Array.from({ length: GLANCE * GLANCE }, (_, k) => data[3 * (place(Math.floor(k / GLANCE), height) * width + place(k % GLANCE, width)) + 1]);
}

import type { EngineKind } from "../engines/open-engine.js";
import type { LandmarkSource } from "../landmarks/source.js";
import type { NetworkEntry } from "./network-contestant.js";

/** What is evaluated, and on what. */
export interface EvaluateOptions {
  /** Dataset folder; its test half is evaluated. */
  readonly data: string;
  /** "In the wild": sets of the dataset that are kept apart … */
  readonly wildSets?: readonly string[];
  /** … or a second dataset from another source, all people of which are used. */
  readonly wild?: string;
  /** Networks, the main one first. */
  readonly networks: readonly NetworkEntry[];
  /** The photos and the basis that the dataset was built from: adds what is shown in the photos themselves, and the landmark warp. */
  readonly originals?: { readonly photos: string; readonly basis: string };
  /** What finds landmarks and, if it is MediaPipe, scores. It is not closed. */
  readonly landmarks: LandmarkSource;
  readonly engine?: EngineKind;
  /** Pairs of every test, at most. */
  readonly pairs: number;
  /** Pairs of every test whose pictures are kept. */
  readonly grid: number;
  /** The same seed, data and weights give the same report. */
  readonly seed: number;
  /** Cosine from which on two faces are of one person; calibrated on the dataset's real photos when left out. */
  readonly threshold?: number;
  readonly signal?: AbortSignal;
}

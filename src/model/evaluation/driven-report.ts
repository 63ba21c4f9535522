import type { RowName } from "./contestant.js";
import type { DrivenScores, DrivenSummary } from "./driven-scores.js";
import type { Thresholds } from "./thresholds.js";

/** One driver on one photo. */
export interface DrivenPair {
  /** Paths as they lie in their folders. */
  readonly driver: string;
  readonly photo: string;
  /** Whom the driver shows. */
  readonly person: string;
  /** Of the driver, and those in which it shows a face. */
  readonly frames: number;
  readonly faces: number;
  /** What it scores, by the contestants' keys. */
  readonly scores: Readonly<Record<string, DrivenScores>>;
}

/** What `report.json` of real drivers holds. */
export interface DrivenReport {
  readonly version: 1;
  readonly kind: "drivers";
  readonly seed: number;
  /** How the videos were made, as options of `reenact run`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly thresholds: Thresholds;
  readonly contestants: readonly (RowName & { readonly summary: DrivenSummary })[];
  readonly pairs: readonly DrivenPair[];
  /** What a reader must know to judge the figures, a sentence each. */
  readonly notes: readonly string[];
}

/** Faces of a pair over time: the driver's above, then those of the contestants in their order. */
export interface Strip {
  readonly title: string;
  /** JPEG. */
  readonly picture: Uint8Array;
}

/** A report with its strips, one a pair. */
export interface DrivenEvaluation {
  readonly report: DrivenReport;
  readonly strips: readonly Strip[];
}

import type { Calibration } from "./calibrate.js";
import type { RowSummary } from "./summarise.js";
import type { Thresholds } from "./thresholds.js";

/** One set of pairs and what every row scored on it. */
export interface TestSummary {
  readonly key: "same" | "wild" | "self" | "selfReal";
  readonly title: string;
  /** A sentence: what drives what, and who the people are. */
  readonly about: string;
  readonly pairs: number;
  readonly people: number;
  readonly rows: readonly RowSummary[];
}

/** What `report.json` holds. */
export interface EvaluationReport {
  readonly version: 1;
  readonly seed: number;
  /** What measured the landmarks and, if it is MediaPipe, the scores. */
  readonly landmarks: "mediapipe" | "facemesh";
  readonly thresholds: Thresholds;
  /** Where the thresholds come from, a sentence. */
  readonly thresholdOrigin: string;
  /** How well the verifier tells real people apart, where it was calibrated on this dataset. */
  readonly calibration?: Calibration;
  readonly tests: readonly TestSummary[];
  /** What a reader must know to judge the figures, a sentence each. */
  readonly notes: readonly string[];
}

/** A pair to look at. */
export interface GridRow {
  readonly pictures: readonly { readonly label: string; /** [96, 96, 3] RGB */ readonly picture: Uint8Array }[];
}

/** A report with its pictures, by the tests' keys. */
export interface Evaluation {
  readonly report: EvaluationReport;
  readonly grids: Readonly<Record<string, readonly GridRow[]>>;
}

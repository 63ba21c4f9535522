/** What is measured of one picture that a method made for one pair. NaN where it cannot be. */
export interface PairScores {
  /** Identity: cosine to the photo (x_t), and to the driver (x_s). */
  readonly identity: number;
  readonly leak: number;
  /** Cosine to another photo of x_t's person. */
  readonly identityOther: number;
  /** Expression judge: cosine to the driver, and to the truth. */
  readonly expressionDriver: number;
  readonly expressionTruth: number;
  /** MediaPipe's 51 scores: cosine to the driver's, and to the truth's. */
  readonly scoresDriver: number;
  readonly scoresTruth: number;
  /** Mean absolute difference to the truth, pictures in −1…1. */
  readonly l1: number;
  /** Decibels. */
  readonly psnr: number;
  readonly ssim: number;
  /** Mean distance of the 468 landmarks to the truth's, found by the same detector, pixels of the 96×96 crop. */
  readonly landmarks: number;
}

/** Names of the measures. */
export type Measure = keyof PairScores;

/** Movements whose strength is followed over all pairs, and the scores that are averaged for them. */
export const WATCHED: Readonly<Record<string, readonly string[]>> = {
  jawOpen: ["jawOpen"],
  mouthSmile: ["mouthSmileLeft", "mouthSmileRight"],
  eyeBlink: ["eyeBlinkLeft", "eyeBlinkRight"],
  browInnerUp: ["browInnerUp"],
  browDown: ["browDownLeft", "browDownRight"],
  mouthPucker: ["mouthPucker"],
};

/** The watched movements of a face, by {@link WATCHED}; empty when there are no scores. */
export function watchedScores(scores: Readonly<Record<string, number>> | undefined): number[] {
  if (!scores) return [];
  return Object.values(WATCHED).map((names) => names.reduce((sum, name) => sum + (scores[name] ?? 0), 0) / names.length);
}

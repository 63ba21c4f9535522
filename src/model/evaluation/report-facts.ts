import type { EvaluationReport } from "./report.js";

/** Sentences in front of the tables: how the verifier was calibrated, and what a reader must know. */
export function reportFacts({ calibration, thresholds, thresholdOrigin, notes, seed, landmarks }: EvaluationReport): string[] {
  const verifier = calibration && `On these real pairs the verifier has an AUC of ${calibration.auc.toFixed(4)} and an equal error rate of ${percent(calibration.equalError)}; `
    + `mean cosine ${calibration.sameMean.toFixed(3)} for one person, ${calibration.differentMean.toFixed(3)} for two; at 1 % false acceptance it accepts ${percent(calibration.lenientAccepted)} of the pairs of one person.`;
  return [
    "Verifier: HSE-FaceRes (VGGFace2), 1,024 features. Expression judge: a mini-Xception (FER2013), last features before the classifier. Neither is used by any loss.",
    `${thresholdOrigin} Thresholds: ${thresholds.strict.toFixed(3)} (Face-Verf) and ${thresholds.lenient.toFixed(3)} (at 1 % false).`,
    ...(verifier ? [verifier] : []),
    ...notes,
    `Landmarks by ${landmarks === "mediapipe" ? "MediaPipe" : "FaceMesh"}; seed ${seed}.`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

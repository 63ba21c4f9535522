import { bootstrapMean, type Estimate } from "./bootstrap.js";
import type { ExpressionChannel } from "./follow-expression.js";
import type { Followed } from "./follow-series.js";
import { READ_CHANNELS } from "./reading-measures.js";

/** What one driver made of one photo scores. NaN where it says nothing: the driver does not move, or has too few faces. */
export interface DrivenMeasures {
  /** See `followExpression`. */
  readonly expSim: number;
  readonly gain: number;
  readonly r: number;
  /** Frames by which the output is later. */
  readonly lag: number;
  /** The verifier's mean cosine to the photo; shares of the frames it takes for the photo's person, by the lenient and by the strict threshold. */
  readonly likeness: number;
  readonly verified: number;
  readonly verifiedStrict: number;
  /** Its mean cosine to the driver, less what photo and driver share. */
  readonly leakage: number;
  /** Correlation and size of what the head's angles do; the same of the eyes' direction. */
  readonly poseR: number;
  readonly poseGain: number;
  readonly gazeR: number;
  readonly gazeGain: number;
  /** Trembling of the landmarks, by the driver's. */
  readonly trembling: number;
  /** Sharpness in the face, by the photo's. */
  readonly sharpness: number;
  /** Share of the frames with a driver's face whose output shows none. */
  readonly lost: number;
}

/** {@link DrivenMeasures} with how every movement is followed that the driver makes. */
export interface DrivenScores extends DrivenMeasures {
  readonly channels: Partial<Record<ExpressionChannel, Followed>>;
}

/** Means over pairs, with intervals over people. */
export interface DrivenSummary {
  readonly measures: Readonly<Partial<Record<keyof DrivenMeasures, Estimate>>>;
  readonly channels: Readonly<Partial<Record<ExpressionChannel, { readonly r: Estimate; readonly slope: Estimate }>>>;
}

/**
 * Sums up what pairs score.
 *
 * @param people whom each pair's driver shows, as many as `pairs` @param seed makes the intervals repeatable
 */
export function summariseDriven(pairs: readonly DrivenScores[], people: readonly string[], seed: string): DrivenSummary {
  const estimate = (values: readonly number[]) => bootstrapMean(values, people, seed);
  const names = Object.keys(pairs[0] ?? {}).filter((name) => name !== "channels") as (keyof DrivenMeasures)[];
  return {
    measures: Object.fromEntries(names.map((name) => [name, estimate(pairs.map((scores) => scores[name]))])),
    channels: Object.fromEntries((Object.keys(READ_CHANNELS) as ExpressionChannel[]).flatMap((channel) => {
      const [r, slope] = (["r", "slope"] as const).map((of) => estimate(pairs.map(({ channels }) => channels[channel]?.[of] ?? NaN)));
      return r && slope ? [[channel, { r, slope }]] : [];
    })),
  };
}

import { correlation } from "../../model/evaluation/correlation.js";
import type { ExpressionMeasures } from "../../model/evaluation/expression-measures.js";
import { openIdentityJudge, type IdentityJudge } from "../../model/evaluation/identity-judge.js";
import { MEASURED_THRESHOLDS } from "../../model/evaluation/thresholds.js";
import { scoreOverTime, type TimedScores } from "../../pipeline/score-over-time.js";
import type { BatchJob } from "../batch-job.js";
import type { Studio } from "../studio.js";
import { still } from "./stills.js";

/** What faces do, in the order in which it is shown. */
export const MOVEMENTS = ["mouthOpen", "smile", "eyesOpen", "browsUp"] as const satisfies readonly (keyof ExpressionMeasures)[];

/** How a finished job's output looks beside its photo and its driver. */
export interface JobScores {
  readonly samples: readonly TimedScores[];
  /** How each movement follows the driver's, −1…1; null where the driver does not move. */
  readonly follows: Readonly<Record<keyof ExpressionMeasures, number | null>>;
  /** Mean cosine of the face verifier to the photo, and the share of the samples that it takes for the photo's person; null without a face. */
  readonly identity: number | null;
  readonly verified: number | null;
  /** Data URLs. */
  readonly stills: { readonly driver?: string; readonly output?: string };
}

/** Frames of a job that are looked at, about. */
const SAMPLES = 48;

/** Scores finished jobs; its models are opened when they are first needed. */
export class Scorer implements AsyncDisposable {
  readonly #studio: Studio;
  readonly #signal: AbortSignal;
  #judge: Promise<IdentityJudge> | undefined;

  constructor(studio: Studio, signal: AbortSignal) {
    this.#studio = studio;
    this.#signal = signal;
  }

  /** @throws {ReenactError} as decoding and opening models do */
  async score({ options }: BatchJob): Promise<JobScores> {
    const { start, end, output, input, photo, frameRate } = options;
    const [driver, made] = [await this.#studio.video(input, input, { frameRate }), await this.#studio.video(output)];
    const identity = await (this.#judge ??= openIdentityJudge());
    const { samples, driver: theirs, output: ours } = await this.#studio.seat(photo, options, ({ sitter, landmarks }) => scoreOverTime(
      { driver, cut: { start, end }, output: made, sitter, landmarks, identity, samples: SAMPLES, signal: this.#signal },
    ));
    const both = samples.flatMap(({ driver: a, output: b }) => (a && b ? [[a, b] as const] : []));
    const identities = samples.flatMap((sample) => sample.identity ?? []);
    return {
      samples,
      follows: Object.fromEntries(MOVEMENTS.map((name) => [name, finite(correlation(both.map(([a]) => a[name]), both.map(([, b]) => b[name])))])) as JobScores["follows"],
      identity: mean(identities),
      verified: mean(identities.map((value) => Number(value >= MEASURED_THRESHOLDS.strict))),
      stills: { ...(theirs && { driver: await still(theirs) }), ...(ours && { output: await still(ours) }) },
    };
  }

  async close(): Promise<void> {
    await (await this.#judge?.catch(() => undefined))?.close();
    this.#judge = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import { ReenactError } from "../../errors.js";
import type { Losses } from "./trainer.js";

/** How often a loop reports, saves and looks at what was learned; all in steps. */
export interface LoopOptions {
  /** Steps in all, those of earlier sessions counted in. */
  readonly steps: number;
  /** Pictures per step, for the rate. */
  readonly batch: number;
  readonly logEvery: number;
  readonly saveEvery: number;
  readonly gridEvery: number;
  readonly signal?: AbortSignal;
}

/** What the loop drives. */
export interface LoopBody<Seen> {
  /** Steps done so far. */
  done(): number;
  step(): Promise<Losses>;
  /** Measures on held-out data. */
  look(): Promise<Seen>;
  report(entry: LoopEntry<Seen>): Promise<void>;
  /** Writes a checkpoint. */
  save(): Promise<void>;
}

/** A line of a log: the means since the line before. */
export interface LoopEntry<Seen> {
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number;
  readonly losses: Losses;
  readonly heldOut?: Seen;
}

/**
 * Steps until `steps` are done or `signal` says so, and saves at the end either way.
 *
 * @throws ReenactError INTERNAL for a loss that is no number: what was saved before stays
 */
export async function trainingLoop<Seen>({ steps, batch, logEvery, saveEvery, gridEvery, signal }: LoopOptions, body: LoopBody<Seen>): Promise<void> {
  let sums: Losses = {}, count = 0, since = performance.now();
  while (body.done() < steps && !signal?.aborted) {
    const losses = await body.step();
    const step = body.done();
    if (!Number.isFinite(losses.total)) throw new ReenactError("INTERNAL", `Expected finite losses but step ${step} gave ${JSON.stringify(losses)}; lower --learning-rate`);
    count++;
    for (const [name, value] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + value;
    const looking = step === steps || step % gridEvery === 0;
    if (looking || step % logEvery === 0) {
      const imagesPerSecond = (1000 * count * batch) / (performance.now() - since);
      const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
      await body.report({ step, steps, imagesPerSecond, losses: means, heldOut: looking ? await body.look() : undefined });
      [sums, count, since] = [{}, 0, performance.now()];
    }
    if (step % saveEvery === 0) await body.save();
    await new Promise(setImmediate); // lets signals in
  }
  await body.save();
}

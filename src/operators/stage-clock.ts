/** The stages of the chain, in order. */
export type Stage = "decode" | "landmarks" | "crop" | "generate" | "compose" | "encode";

/** How long each stage worked, in milliseconds, and on how many frames. Stages overlap, so their sum exceeds the time that passed. */
export class StageClock {
  readonly #sums = new Map<Stage, { milliseconds: number; frames: number }>();

  /** Adds work done outside {@link time} and {@link timeAsync}. */
  add(stage: Stage, milliseconds: number, frames = 1): void {
    const sum = this.#sums.get(stage) ?? { milliseconds: 0, frames: 0 };
    this.#sums.set(stage, { milliseconds: sum.milliseconds + milliseconds, frames: sum.frames + frames });
  }

  /** Runs `work` on one frame and notes how long it took. */
  time<R>(stage: Stage, work: () => R): R {
    const start = performance.now();
    const result = work();
    this.add(stage, performance.now() - start);
    return result;
  }

  /** {@link time} for work that ends later, on one or more frames. */
  async timeAsync<R>(stage: Stage, work: () => Promise<R>, frames = 1): Promise<R> {
    const start = performance.now();
    const result = await work();
    this.add(stage, performance.now() - start, frames);
    return result;
  }

  /** Mean milliseconds per frame by stage. */
  perFrame(): Partial<Record<Stage, number>> {
    return Object.fromEntries([...this.#sums].map(([stage, { milliseconds, frames }]) => [stage, milliseconds / Math.max(1, frames)]));
  }
}

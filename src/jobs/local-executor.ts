import { doJoin } from "./do-join.js";
import { doSegment, finishedFacts } from "./do-segment.js";
import type { Execution, ExecutionHooks, Executor, PlannedJob, SegmentReport } from "./executor.js";
import { retry } from "./retry.js";
import { Slots } from "./slots.js";
import type { Workshop } from "./workshop.js";

/** Joins go before segments: a job that is nearly there shall be there. */
const FIRST = Infinity;

/** Does the units of jobs in this process, so many at once. */
export class LocalExecutor implements Executor {
  readonly openJobs: number;
  readonly #workshop: Workshop;
  readonly #slots: Slots;
  readonly #retries: number;

  /** @param slots units at once, at least 1 */
  constructor(workshop: Workshop, slots: number, retries: number) {
    this.#workshop = workshop;
    this.#slots = new Slots(slots);
    this.#retries = retries;
    // While the last units of one job are done, the next one is being looked at.
    this.openJobs = slots + 1;
  }

  async execute({ spec, segments, target, priority }: PlannedJob, { signal, onFrames }: ExecutionHooks): Promise<Execution> {
    const stop = new AbortController(), either = AbortSignal.any([signal, stop.signal]);
    const frames = new Map<number, number>();
    const note = (index: number, count: number) => {
      frames.set(index, count);
      onFrames([...frames.values()].reduce((sum, n) => sum + n, 0));
    };
    const unit = async (index: number): Promise<SegmentReport> => {
      const known = await finishedFacts(this.#workshop.storage, spec, index);
      const { value: facts, tries } = known ? { value: known, tries: 0 } : await retry(() => this.#slots.run(priority, either, (leave) => doSegment(
        { spec, segment: segments[index] }, this.#workshop, either, { onFrame: (count) => note(index, count), onRendered: leave },
      )), this.#retries, either);
      note(index, facts.frames);
      return { index, frames: facts.frames, seconds: facts.seconds, worker: facts.worker, tries };
    };
    const units = segments.map((_, index) => unit(index));
    try {
      const reports = await Promise.all(units);
      const { value: summary } = await this.#slots.run(FIRST, signal, () => retry(
        () => doJoin({ spec, count: segments.length }, target, this.#workshop, signal), this.#retries, signal,
      ));
      return { summary, segments: reports };
    } catch (error) {
      // One unit that cannot be done makes the others of its job pointless.
      stop.abort();
      await Promise.allSettled(units);
      throw error;
    }
  }

  whole<T>(priority: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#slots.run(priority, signal, work);
  }

  async close(): Promise<void> {
    await this.#workshop.close();
  }
}

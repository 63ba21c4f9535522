import type { Progress } from "../pipeline/progress.js";
import { segmentIndices } from "../pipeline/segment-grid.js";
import { doJoin } from "./do-join.js";
import { consecutive, doSegments, finishedFacts, type StoredFacts } from "./do-segments.js";
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

  async execute({ spec, target, priority }: PlannedJob, { signal, onFrames }: ExecutionHooks): Promise<Execution> {
    const stop = new AbortController(), either = AbortSignal.any([signal, stop.signal]);
    const frames = new Map<number, number>(), reports: SegmentReport[] = [];
    const note = (index: number, count: number, stages?: Progress["stages"]) => {
      frames.set(index, count);
      onFrames([...frames.values()].reduce((sum, n) => sum + n, 0), stages);
    };
    const report = ({ index, frames: count, seconds, worker }: StoredFacts, tries: number) => {
      reports[index] = { index, frames: count, seconds, worker, tries };
    };
    const missing: number[] = [];
    for (const index of segmentIndices(spec.grid)) {
      const facts = await finishedFacts(this.#workshop.storage, spec, index);
      if (facts) {
        frames.set(index, facts.frames);
        report(facts, 0);
      } else missing.push(index);
    }
    // Told at once: it is no speed.
    const earlier = [...frames.values()].reduce((sum, n) => sum + n, 0);
    if (earlier > 0) onFrames(earlier);
    const stretch = async (indices: readonly number[]) => {
      let tries = 0;
      await retry(() => this.#slots.run(priority, either, (leave) => {
        tries++;
        const left = indices.filter((index) => !reports[index]);
        return doSegments(spec, left, this.#workshop, either, { onFrame: note, onFinished: (facts) => {
          note(facts.index, facts.frames, facts.stages);
          report(facts, tries);
        }, onRendered: leave });
      }), this.#retries, either);
    };
    // As few stretches as keep all slots busy: beginning one costs more than a cut within.
    const longest = Math.max(1, Math.ceil(missing.length / this.#slots.count));
    const stretches = consecutive(missing).flatMap((whole) => chunks(whole, longest)).map(stretch);
    try {
      await Promise.all(stretches);
      const { value: summary } = await this.#slots.run(FIRST, signal, () => retry(
        () => doJoin({ spec }, target, this.#workshop, signal), this.#retries, signal,
      ));
      return { summary, segments: reports };
    } catch (error) {
      // One unit that cannot be done makes the others of its job pointless.
      stop.abort();
      await Promise.allSettled(stretches);
      throw error;
    }
  }

  whole<T>(priority: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#slots.run(priority, signal, work);
  }

  async close(): Promise<void> {
    await this.#workshop.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function chunks(list: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

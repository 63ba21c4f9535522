import { setTimeout as delay } from "node:timers/promises";
import { FlowProducer, Queue, type Job } from "bullmq";
import type { Registry } from "prom-client";
import { ReenactError } from "../../errors.js";
import type { Summary } from "../../pipeline/progress.js";
import { segmentIndices } from "../../pipeline/segment-grid.js";
import { abortError } from "../../streams/abort.js";
import { finishedFacts } from "../do-segments.js";
import type { Execution, ExecutionHooks, Executor, PlannedJob, SegmentReport } from "../executor.js";
import { meanStages } from "../mean-stages.js";
import { placeFile } from "../move-files.js";
import { Slots } from "../slots.js";
import type { JobSpec } from "../units.js";
import type { Workshop } from "../workshop.js";
import { decodeError, joinId, outputKey, queuePriority, segmentId, type SegmentReturn, type UnitData } from "./queue-names.js";
import { addQueueGauge } from "./queue-gauge.js";
import { OutageNotes, redisOptions } from "./redis-connection.js";
import { sweepScratch } from "./worker-scratch.js";

/** A look at a job in the queue every so often, milliseconds. */
const LOOK_EVERY = 400;
/** How long taking units off the queue may take, milliseconds. */
const PATIENCE = 3000;
/** Units that ended stay in Redis for so long, seconds, so that a coordinator that begins anew sees them. */
const KEPT_FOR = 7 * 24 * 3600;

/** Puts the units of jobs on a queue, from which workers take them: a job's join waits for its segments. */
export class RedisExecutor implements Executor {
  readonly openJobs = 32;
  readonly #workshop: Workshop;
  readonly #retries: number;
  readonly #queue: Queue<UnitData>;
  readonly #flows: FlowProducer;
  readonly #whole = new Slots(1);
  readonly #outage: OutageNotes;
  /** Joins that were put on the queue by this process: their failures are news. */
  readonly #own = new Set<string>();

  /**
   * @param name the queue's
   * @param onNote sentences for the user, about a Redis that is away
   * @param registry where the queue's figures are added
   */
  constructor(url: string, name: string, workshop: Workshop, retries: number, onNote: (note: string) => void, registry: Registry | undefined) {
    this.#workshop = workshop;
    this.#retries = retries;
    this.#outage = new OutageNotes(onNote);
    const connection = redisOptions(url);
    this.#queue = new Queue<UnitData>(name, { connection });
    this.#flows = new FlowProducer({ connection });
    if (registry) addQueueGauge(registry, this.#queue);
    this.#queue.on("error", () => this.#outage.lost());
    this.#flows.on("error", () => this.#outage.lost());
  }

  async execute(job: PlannedJob, { signal, onFrames }: ExecutionHooks): Promise<Execution> {
    const { spec, target } = job;
    try {
      const summary = await this.#summary(job, signal, onFrames);
      const own = await this.#workshop.scratchPath(`.${spec.format}`);
      const path = await this.#workshop.storage.fetch(outputKey(spec), own);
      const placed = { ...summary, path: target.output };
      await placeFile(path, target.output, target, () => target.beforeNaming?.(placed));
      return { summary: placed, segments: await this.#reports(job) };
    } finally {
      // Also when it was stopped: nobody waits for its units any more. A Redis that is away must not be waited for.
      await Promise.race([this.#forget(job).catch(() => {}), delay(PATIENCE, undefined, { ref: false })]);
    }
  }

  whole<T>(priority: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#whole.run(priority, signal, work);
  }

  async close(): Promise<void> {
    await Promise.all([this.#queue.close(), this.#flows.close()]);
    await this.#workshop.close();
    await sweepScratch();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits for a job's join, and puts the job on the queue (again) when it is not there: a Redis may forget. */
  async #summary(job: PlannedJob, signal: AbortSignal, onFrames: ExecutionHooks["onFrames"]): Promise<Summary> {
    for (;;) {
      if (signal.aborted) throw abortError(signal);
      // The state first: what is read of a unit after it ended is whole.
      const state = await this.#queue.getJobState(joinId(job.spec));
      const join = (await this.#queue.getJob(joinId(job.spec))) as Job<UnitData, Summary> | undefined;
      this.#outage.back();
      if (!join || state === "unknown") await this.#add(job);
      else if (state === "completed" && (await this.#workshop.storage.size(outputKey(job.spec))) !== undefined) return join.returnvalue;
      // An earlier run's: what it came to is of no use any more.
      else if (state === "completed" || (state === "failed" && !this.#own.has(join.id!))) await this.#forget(job);
      else if (state === "failed") throw await this.#failure(join, job.spec);
      else {
        const finished = Object.values(await join.getChildrenValues<SegmentReturn>());
        onFrames(finished.reduce((sum, { frames }) => sum + frames, 0), meanStages(finished));
      }
      await delay(LOOK_EVERY, undefined, { signal }).catch(() => {});
    }
  }

  async #add({ spec, priority }: PlannedJob): Promise<void> {
    const ended = { removeOnComplete: { age: KEPT_FOR }, removeOnFail: { age: KEPT_FOR } };
    const tries = { attempts: this.#retries + 1, backoff: { type: "exponential", delay: 500 } };
    this.#own.add(joinId(spec));
    await this.#flows.add({
      name: "join", queueName: this.#queue.name, data: { spec }, opts: { jobId: joinId(spec), ...tries, ...ended },
      children: segmentIndices(spec.grid).map((index) => ({
        name: "segment", queueName: this.#queue.name, data: { spec, index },
        opts: { jobId: segmentId(spec, index), priority: queuePriority(priority), failParentOnFailure: true, ...tries, ...ended },
      })),
    });
  }

  /** Why a job failed: what its join, or the first of its segments that failed, says. */
  async #failure(join: Job<UnitData>, spec: JobSpec): Promise<ReenactError> {
    for (const index of segmentIndices(spec.grid)) {
      const state = await this.#queue.getJobState(segmentId(spec, index)), child = await this.#queue.getJob(segmentId(spec, index));
      if (!child || state !== "failed") continue;
      const reason = child.failedReason;
      if (!/stalled/.test(reason)) return decodeError(reason);
      return new ReenactError("INTERNAL", `Expected segment ${index} of \`${spec.input.label}\` to be rendered but every worker that took it died of it: render it alone with reenact run to see why.`);
    }
    return decodeError(join.failedReason);
  }

  /** Takes a job's units off the queue; those in the hands of a worker end by themselves. */
  async #forget({ spec }: PlannedJob): Promise<void> {
    for (const id of [joinId(spec), ...segmentIndices(spec.grid).map((index) => segmentId(spec, index))]) {
      await (await this.#queue.getJob(id))?.remove().catch(() => {});
    }
  }

  async #reports({ spec }: PlannedJob): Promise<SegmentReport[]> {
    return Promise.all(segmentIndices(spec.grid).map(async (index) => {
      const facts = await finishedFacts(this.#workshop.storage, spec, index);
      const unit = await this.#queue.getJob(segmentId(spec, index));
      return { index, frames: facts?.frames ?? 0, seconds: facts?.seconds ?? 0, worker: facts?.worker ?? "", tries: unit?.attemptsStarted ?? 0 };
    }));
  }
}

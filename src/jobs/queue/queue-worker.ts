import { rm } from "node:fs/promises";
import { Queue, UnrecoverableError, Worker, type Job } from "bullmq";
import type { Summary } from "../../pipeline/progress.js";
import { asReenactError } from "../../as-reenact-error.js";
import { doJoin } from "../do-join.js";
import { doSegments } from "../do-segments.js";
import { mayPass } from "../retry.js";
import type { JoinUnit, SegmentUnit } from "../units.js";
import type { Workshop } from "../workshop.js";
import { checkUnit } from "./check-unit.js";
import { Pace } from "./pace.js";
import { addQueueGauge } from "./queue-gauge.js";
import { encodeError, outputKey, type SegmentReturn, type UnitData } from "./queue-names.js";
import { OutageNotes, redisOptions } from "./redis-connection.js";
import { WorkerMetrics } from "./worker-metrics.js";
import { sweepScratch } from "./worker-scratch.js";

/** How a worker works. */
export interface WorkerOptions {
  /** The queue's Redis, and its name. */
  readonly url: string;
  readonly queue: string;
  /** Units at once. */
  readonly slots: number;
  /** Units that may begin in a minute; Infinity for no limit. */
  readonly perMinute: number;
  /** A worker that says nothing for so long has its unit taken over, seconds. */
  readonly takeover: number;
  /** So many workers may die of a unit before it fails. */
  readonly deaths: number;
  /** Whether units may name files of this machine; otherwise they have what lies in the storage, and no more. */
  readonly localFiles: boolean;
  /** What the worker does, for people. */
  readonly onNote: (note: string) => void;
}

/** Takes units from a queue and does them, until it is closed. */
export class QueueWorker implements AsyncDisposable {
  readonly metrics = new WorkerMetrics();
  readonly #workshop: Workshop;
  readonly #options: WorkerOptions;
  readonly #queue: Queue;
  readonly #worker: Worker<UnitData, SegmentReturn | Summary>;
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(workshop: Workshop, options: WorkerOptions) {
    const { url, queue, slots, perMinute, takeover, deaths, onNote } = options;
    this.#workshop = workshop;
    this.#options = options;
    this.#pace = new Pace(perMinute);
    const connection = redisOptions(url), outage = new OutageNotes(onNote);
    this.#queue = new Queue(queue, { connection });
    addQueueGauge(this.metrics.registry, this.#queue);
    this.#worker = new Worker(queue, (job) => this.#process(job), {
      connection, concurrency: slots, name: workshop.name,
      lockDuration: 1000 * takeover, stalledInterval: 500 * takeover, maxStalledCount: deaths, drainDelay: 2,
    });
    this.#queue.on("error", () => outage.lost());
    this.#worker.on("error", () => outage.lost());
    for (const event of ["active", "drained", "ready"] as const) this.#worker.on(event, () => outage.back());
    this.#worker.on("stalled", (id) => {
      this.metrics.stalled.inc();
      void sweepScratch();
      onNote(`${id} was given up by a worker that fell silent; it is done again.`);
    });
  }

  /** Takes no more units, finishes those in hand, and closes everything; can be called again. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      // Who waits for its turn has not begun.
      this.#stop.abort();
      await this.#worker.close();
      await this.#queue.close();
      await this.#workshop.close();
    })();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #process(job: Job<UnitData>): Promise<SegmentReturn | Summary> {
    await this.#pace.turn(this.#stop.signal);
    const started = performance.now();
    let kind: "segment" | "join" | "unknown" = "unknown", what = "a unit";
    this.metrics.active.inc();
    try {
      const data = checkUnit(job.data, this.#options.localFiles);
      kind = "index" in data ? "segment" : "join";
      what = `${kind}${"index" in data ? ` ${data.index}` : ""} of ${data.spec.input.label}`;
      const result = "index" in data ? await this.#segment(job, data) : await this.#join(data);
      this.metrics.units.inc({ kind, outcome: "done" });
      this.metrics.seconds.observe({ kind }, (performance.now() - started) / 1000);
      this.#options.onNote(`${what}: ${result.frames} frames in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return result;
    } catch (error) {
      const known = asReenactError(error);
      this.metrics.units.inc({ kind, outcome: "failed" });
      this.#options.onNote(`${what}: ${known.message}`);
      throw mayPass(known) ? new Error(encodeError(known)) : new UnrecoverableError(encodeError(known));
    } finally {
      this.metrics.active.dec();
    }
  }

  async #segment(job: Job<UnitData>, { spec, index }: SegmentUnit): Promise<SegmentReturn> {
    const [{ frames, seconds, worker, stages }] = await doSegments(spec, [index], this.#workshop, new AbortController().signal);
    this.metrics.frames.inc(frames);
    return { index, frames, seconds, worker, stages, tries: job.attemptsStarted };
  }

  async #join(unit: JoinUnit): Promise<Summary> {
    const path = await this.#workshop.scratchPath(`.${unit.spec.format}`);
    try {
      const summary = await doJoin(unit, { output: path, overwrite: true }, this.#workshop, new AbortController().signal);
      await this.#workshop.storage.put(outputKey(unit.spec), path);
      return summary;
    } finally {
      await rm(path, { force: true });
    }
  }
}

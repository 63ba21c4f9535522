import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { BatchEvent } from "../run-batch.js";

/** The figures of a batch, for Prometheus. */
export class BatchMetrics {
  readonly registry = new Registry();
  readonly #jobs = new Gauge({ name: "reenact_batch_jobs", help: "Jobs of the batch, by state.", labelNames: ["state"], registers: [this.registry] });
  readonly #frames = new Counter({ name: "reenact_batch_frames_total", help: "Frames of the batch that are finished, those of earlier runs included.", registers: [this.registry] });
  readonly #seen = new Map<string, number>();

  /** @param jobs how many the batch has */
  constructor(jobs: number) {
    collectDefaultMetrics({ register: this.registry });
    for (const state of ["running", "done", "failed", "kept", "skipped"]) this.#jobs.set({ state }, 0);
    this.#jobs.set({ state: "waiting" }, jobs);
  }

  /** To be called for everything that happens in the batch. */
  event(event: BatchEvent): void {
    if (event.kind === "progress") {
      this.#count(event.job.id, event.frames);
      return;
    }
    const [from, to] = event.kind === "started" ? ["waiting", "running"] : event.kind === "ended" ? ["running", event.result.state] : ["waiting", event.kind];
    this.#jobs.dec({ state: from });
    this.#jobs.inc({ state: to });
    if (event.kind === "ended" && event.result.summary) this.#count(event.job.id, event.result.summary.frames);
  }

  #count(job: string, frames: number): void {
    const before = this.#seen.get(job) ?? 0;
    // A segment that is tried again counts its frames anew.
    if (frames > before) this.#frames.inc(frames - before);
    this.#seen.set(job, Math.max(before, frames));
  }
}

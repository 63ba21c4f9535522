import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { STAGES, type StageTimes } from "../client/protocol.js";

/** Seconds: what people feel lies between a hundredth and a second. */
const SECONDS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5, 1, 2];

/** The figures of a live server, for Prometheus; each server has its own registry. */
export class LiveMetrics {
  readonly registry = new Registry();
  readonly sessions = this.#gauge("reenact_sessions", "Open live sessions.");
  readonly sessionsOpened = this.#counter("reenact_sessions_opened_total", "Live sessions that were greeted.");
  readonly sessionsEnded = this.#counter("reenact_sessions_ended_total", "Live sessions that ended, by reason.", "reason");
  readonly refused = this.#counter("reenact_refused_total", "Connections that were refused, by reason.", "reason");
  readonly frames = this.#counter("reenact_frames_received_total", "Frames received, by what they held.", "content");
  readonly results = this.#counter("reenact_results_total", "Pictures sent.");
  readonly drops = this.#counter("reenact_frames_dropped_total", "Frames that had no result, by cause.", "cause");
  readonly photos = this.#counter("reenact_photos_total", "Photos that clients sent, by outcome.", "outcome");
  readonly bytes = this.#counter("reenact_bytes_total", "Bytes of WebSocket messages, by direction.", "direction");
  readonly serverSeconds = this.#histogram("reenact_frame_seconds", "Seconds from a frame's arrival to its picture's departure.", SECONDS);
  readonly stageSeconds = this.#histogram("reenact_stage_seconds", "Seconds of a frame in each stage, waiting included.", SECONDS, "stage");
  readonly batch = this.#histogram("reenact_batch_frames", "Frames of all sessions in one run of the network.", [1, 2, 3, 4, 6, 8, 12, 16]);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A finished frame's times, milliseconds. */
  observe(stages: StageTimes, total: number): void {
    this.serverSeconds.observe(total / 1000);
    for (const stage of STAGES) this.stageSeconds.observe({ stage }, stages[stage] / 1000);
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  #counter<L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]): Histogram<L> {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Seconds: a segment of ten seconds takes from a few seconds to minutes. */
const SECONDS = [0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320];

/** The figures of a worker, for Prometheus. */
export class WorkerMetrics {
  readonly registry = new Registry();
  readonly units = new Counter({ name: "reenact_units_total", help: "Units that ended, by kind and outcome.", labelNames: ["kind", "outcome"], registers: [this.registry] });
  readonly frames = new Counter({ name: "reenact_segment_frames_total", help: "Frames of finished segments.", registers: [this.registry] });
  readonly active = new Gauge({ name: "reenact_units_active", help: "Units in hand.", registers: [this.registry] });
  readonly seconds = new Histogram({ name: "reenact_unit_seconds", help: "Seconds a unit took.", labelNames: ["kind"], buckets: SECONDS, registers: [this.registry] });
  readonly stalled = new Counter({ name: "reenact_units_stalled_total", help: "Units taken over from workers that fell silent.", registers: [this.registry] });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}

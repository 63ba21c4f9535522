import type { Queue } from "bullmq";
import { Gauge, type Registry } from "prom-client";

/** How long Redis may take to answer before the queue's figures are left out, milliseconds. */
const PATIENCE = 1000;

/** Adds the number of units in a queue, by state, to what is served for Prometheus. */
export function addQueueGauge(registry: Registry, queue: Queue): void {
  new Gauge({
    name: "reenact_queue_units", help: "Units in the queue, by state.", labelNames: ["state"], registers: [registry],
    async collect() {
      const late = new Promise<undefined>((resolve) => { setTimeout(() => resolve(undefined), PATIENCE).unref(); });
      const counts = await Promise.race([queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed", "completed", "waiting-children"), late]);
      this.reset();
      for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
    },
  });
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Queue } from "bullmq";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { ReenactError } from "../../errors.js";

/** Seconds: a segment of ten seconds takes from a few seconds to minutes. */
const SECONDS = [0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320];

/** How long Redis may take to answer before the queue's figures are left out, milliseconds. */
const PATIENCE = 1000;

/** The figures of a worker and of its queue, for Prometheus. */
export class QueueMetrics {
  readonly registry = new Registry();
  readonly units = new Counter({ name: "reenact_units_total", help: "Units that ended, by kind and outcome.", labelNames: ["kind", "outcome"], registers: [this.registry] });
  readonly frames = new Counter({ name: "reenact_segment_frames_total", help: "Frames of finished segments.", registers: [this.registry] });
  readonly active = new Gauge({ name: "reenact_units_active", help: "Units in hand.", registers: [this.registry] });
  readonly seconds = new Histogram({ name: "reenact_unit_seconds", help: "Seconds a unit took.", labelNames: ["kind"], buckets: SECONDS, registers: [this.registry] });
  readonly stalled = new Counter({ name: "reenact_units_stalled_total", help: "Units taken over from workers that fell silent.", registers: [this.registry] });

  constructor(queue: Queue) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: "reenact_queue_units", help: "Units in the queue, by state.", labelNames: ["state"], registers: [this.registry],
      async collect() {
        const late = new Promise<undefined>((resolve) => { setTimeout(() => resolve(undefined), PATIENCE).unref(); });
        const counts = await Promise.race([queue.getJobCounts("waiting", "prioritized", "active", "delayed", "failed", "completed", "waiting-children"), late]);
        this.reset();
        for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
      },
    });
  }
}

/** A small HTTP server that answers `GET /metrics`. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @param port 0 for any that is free @throws {ReenactError} ADDRESS_UNAVAILABLE */
export async function serveMetrics(registry: Registry, port: number, host: string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  await once(server, "listening").catch((cause: NodeJS.ErrnoException) => {
    throw new ReenactError("ADDRESS_UNAVAILABLE", `Expected to serve metrics at ${host}:${port} but it cannot be used (${cause.code}): choose another --metrics-port.`, { cause });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { rm } from "node:fs/promises";
import { Command } from "commander";
import { integerBetween, numberBetween, parsePositiveTime } from "../parse-values.js";

interface WorkerFlags {
  queue: string;
  storage: string;
  jobs: number;
  rate: number;
  localFiles?: boolean;
  takeover: number;
  deaths: number;
  metricsPort?: number;
  metricsHost: string;
}

const HELP = `
A worker needs nothing but the queue and the storage: videos and photos come
from there. Start any number, on any machines, before or after reenact batch.
SIGTERM (or Ctrl-C) lets it finish what it has in hand; a second one ends it at
once, and others take over. Whoever can write to the Redis can make workers
render what lies in the storage, and no more. S3 reads AWS_ENDPOINT_URL_S3, AWS_REGION,
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

Examples:
  reenact worker --queue redis://10.0.0.5 --storage /mnt/share/reenact
  reenact worker --queue redis://10.0.0.5 --storage s3://reenact/parts --jobs 4 --metrics-port 9464`;

/** `reenact worker`: does segments of batches that other processes put on a queue. */
export function workerCommand(): Command {
  return new Command("worker")
    .summary("do segments of batches from a queue, on any number of machines")
    .description("Take segments of batches from a queue and do them, until stopped.")
    .requiredOption("--queue <url>", "the Redis of reenact batch --queue")
    .requiredOption("--storage <where>", "what batch and workers share: a folder, or s3://bucket/prefix")
    .option("--jobs <n>", "segments at once", integerBetween(1, 64), 1)
    .option("--rate <n>", "segments that may begin in a minute (default: no limit)", numberBetween(0.01, Infinity), Infinity)
    .option("--local-files", "let units name files of this machine (weights, models), not only what lies in the storage")
    .option("--takeover <time>", "a worker that is silent for so long has its segment taken over", parsePositiveTime, 30)
    .option("--deaths <n>", "so many workers may die of a segment before it fails", integerBetween(1, 100), 3)
    .option("--metrics-port <port>", "serve /metrics for Prometheus here", integerBetween(0, 65535))
    .option("--metrics-host <host>", "where /metrics is served", "127.0.0.1")
    .addHelpText("after", HELP)
    .action(worker);
}

async function worker(flags: WorkerFlags): Promise<void> {
  const { queue: url, storage: where, jobs: slots, rate: perMinute, localFiles = false, takeover, deaths, metricsPort, metricsHost } = flags;
  // Only now: help needs none of it.
  const [{ checkRedis }, { QueueWorker }, { serveMetrics }, { openStorage }, { Workshop }, { sweepScratch, workerScratch }, { queueOf }] = await Promise.all([
    import("../../jobs/queue/redis-connection.js"), import("../../jobs/queue/queue-worker.js"), import("../../jobs/metrics/serve-metrics.js"),
    import("../../jobs/open-storage.js"), import("../../jobs/workshop.js"), import("../../jobs/queue/worker-scratch.js"),
    import("../../jobs/queue/queue-names.js"),
  ]);
  const say = (value: object) => process.stderr.write(`${JSON.stringify(value)}\n`);
  await checkRedis(url);
  const storage = await openStorage(where), scratch = await workerScratch();
  try {
    const doing = new QueueWorker(new Workshop(storage, scratch), {
      url, queue: await queueOf(storage), slots, perMinute, localFiles, takeover, deaths, onNote: (note) => say({ note }),
    });
    const metrics = metricsPort === undefined ? undefined : await serveMetrics(doing.metrics.registry, metricsPort, metricsHost);
    say({ worker: process.pid, state: "ready", ...(metrics && { metrics: metrics.url }) });
    await stopped(() => say({ worker: process.pid, state: "draining" }));
    await doing.close();
    await metrics?.close();
    say({ worker: process.pid, state: "ended" });
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    await sweepScratch();
  }
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process. */
function stopped(onStop: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(130);
      asked = true;
      onStop();
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}

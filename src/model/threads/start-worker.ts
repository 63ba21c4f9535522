import { Worker, type WorkerOptions } from "node:worker_threads";
import { forbidTelemetry } from "../no-telemetry.js";

/**
 * Starts a thread from a module of this program, given without its extension: the built .js file, or the .ts source when tsx runs the
 * sources. Node 20 does not hand tsx's loader on to threads, so there the thread sets it up for itself first.
 *
 * @param base `import.meta.url` of the caller
 * @param module relative to it, as "./landmark-worker"
 */
export function startWorker(base: string, module: string, options: WorkerOptions = {}): Worker {
  forbidTelemetry();
  if (!base.endsWith(".ts")) return new Worker(new URL(`${module}.js`, base), options);
  const url = new URL(`${module}.ts`, base).href;
  const tsx = import.meta.resolve("tsx/esm/api");
  const script = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); });`;
  return new Worker(script, { ...options, eval: true, execArgv: [] });
}

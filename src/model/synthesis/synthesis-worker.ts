import { parentPort, workerData } from "node:worker_threads";
import { loadBasis } from "./load-basis.js";
import { readRgb } from "./read-rgb.js";
import { synthesisePhoto } from "./synthesise-photo.js";
import type { SynthesisJob, SynthesisReply, SynthesisWorkerData } from "./synthesis-workers.js";

/** The body of a worker thread: photos in, crops out, one at a time. */
const basis = loadBasis((workerData as SynthesisWorkerData).basisDir);
basis.catch(() => undefined); // every job reports it

parentPort!.on("message", (job: SynthesisJob) => {
  void answer(job).then((reply) => parentPort!.postMessage(reply));
});

async function answer({ path, face, expressions }: SynthesisJob): Promise<SynthesisReply> {
  try {
    return { crops: await synthesisePhoto(await basis, await readRgb(path), face, expressions) };
  } catch (error) {
    return { error };
  }
}

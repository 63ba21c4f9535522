import { loadBasis } from "./load-basis.js";
import { readRgb } from "./read-rgb.js";
import { synthesisePhoto } from "./synthesise-photo.js";
import type { SynthesisJob, SynthesisReply } from "./synthesis-workers.js";

/** The body of a worker process (argument: the folder of the face basis): photos in, crops out, one at a time. */
const basis = loadBasis(process.argv[2]);
basis.catch(() => undefined); // every job reports it

process.on("message", (job: SynthesisJob) => {
  void answer(job).then((reply) => process.send?.(reply));
});
process.on("SIGINT", () => undefined); // Ctrl-C reaches the whole group; the parent decides
process.on("disconnect", () => process.exit()); // the parent is gone

async function answer({ path, face, expressions }: SynthesisJob): Promise<SynthesisReply> {
  try {
    return { crops: await synthesisePhoto(await basis, await readRgb(path), face, expressions) };
  } catch (error) {
    return { error };
  }
}

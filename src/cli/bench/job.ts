import type { ReenactOptions } from "../../pipeline/options.js";
import { reenactResumable } from "../../jobs/run-long.js";
import { reenact, type ReenactHooks } from "../../pipeline/reenact.js";
import { SEGMENT_SECONDS } from "../../pipeline/segment-seconds.js";
import { interruptible } from "../interruptible.js";
import { asReenactError } from "../../as-reenact-error.js";
import { cpuSeconds } from "./cpu-seconds.js";
import type { JobMessage } from "./job-messages.js";

/*
 * A process of its own that does one job, so that its memory is the job's. Its options come as JSON in the arguments, then `segments`
 * where it is to be made in segments however short it is; what becomes of it goes to the parent as JobMessages.
 */

/** Milliseconds between messages about progress. */
const EVERY = 200;

const say = (message: JobMessage) => { process.send?.(message); };

let said = -Infinity;
try {
  const options = JSON.parse(process.argv[2]) as ReenactOptions, inSegments = process.argv[3] === "segments";
  const summary = await interruptible((signal) => {
    // Without the parent nobody wants the result.
    process.once("disconnect", () => process.emit("SIGTERM"));
    const hooks: ReenactHooks = {
      signal,
      onProgress(progress) {
        const now = performance.now();
        if (now - said < EVERY) return;
        said = now;
        say({ kind: "progress", progress });
      },
      onNote: (note) => say({ kind: "note", note }),
    };
    return inSegments ? reenactResumable(options, hooks, SEGMENT_SECONDS, 0) : reenact(options, hooks);
  });
  say({ kind: "done", summary, cpuSeconds: cpuSeconds() });
} catch (error) {
  const { code, message, exitCode } = asReenactError(error);
  say({ kind: "failed", code, message });
  process.exitCode = exitCode;
} finally {
  if (process.connected) process.disconnect();
}

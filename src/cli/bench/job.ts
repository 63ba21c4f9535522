import type { ReenactOptions } from "../../pipeline/options.js";
import { reenact } from "../../pipeline/reenact.js";
import { interruptible } from "../interruptible.js";
import { asReenactError } from "../report-error.js";
import type { JobMessage } from "./job-messages.js";

/*
 * A process of its own that does one job, so that its memory is the job's. Its options come as JSON in the arguments; what becomes of
 * it goes to the parent as JobMessages.
 */

/** Milliseconds between messages about progress. */
const EVERY = 200;

const say = (message: JobMessage) => { process.send?.(message); };

let said = -Infinity;
try {
  const options = JSON.parse(process.argv[2]) as ReenactOptions;
  const summary = await interruptible((signal) => {
    // Without the parent nobody wants the result.
    process.once("disconnect", () => process.emit("SIGTERM"));
    return reenact(options, {
      signal,
      onProgress(progress) {
        const now = performance.now();
        if (now - said < EVERY) return;
        said = now;
        say({ kind: "progress", progress });
      },
      onNote: (note) => say({ kind: "note", note }),
    });
  });
  say({ kind: "done", summary });
} catch (error) {
  const { code, message, exitCode } = asReenactError(error);
  say({ kind: "failed", code, message });
  process.exitCode = exitCode;
} finally {
  if (process.connected) process.disconnect();
}

import { interruptible } from "../interruptible.js";
import { reportError } from "../report-error.js";
import type { ServeOrder } from "./serve-apart.js";
import { serve } from "./serve.js";

/* The process of `serveApart`. */
try {
  await interruptible((signal) => new Promise<void>((resolve, reject) => {
    process.on("message", (order: ServeOrder) => {
      if ("stop" in order) process.emit(order.stop);
      else serve(order.flags, signal).then(resolve, reject);
    });
    process.once("disconnect", () => process.emit("SIGTERM")); // nobody can end it any more but itself
  }));
} catch (error) {
  process.exitCode = reportError(error);
} finally {
  process.removeAllListeners("disconnect");
  if (process.connected) process.disconnect();
}

import { loadTfjs } from "../../model/engines/load-tfjs.js";
import type { BackendKind } from "../../model/engines/tfjs/backend.js";
import { asReenactError } from "../../as-reenact-error.js";

/*
 * A process of its own that starts one backend of tfjs and tells the parent why it does not, or nothing: native libraries write to the
 * standard error as they please, and a graphics driver that fails ends the whole process.
 */
try {
  const { useBackend } = await loadTfjs(() => import("../../model/engines/tfjs/backend.js"));
  await useBackend(process.argv[2] as BackendKind);
  process.send?.("");
} catch (error) {
  process.send?.(asReenactError(error).message);
}
process.disconnect?.();
process.exit(0);

import type { ErrorCode } from "../../errors.js";
import type { Progress, Summary } from "../../pipeline/progress.js";

/** What the process of a measured job says to the one that measures. */
export type JobMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "note"; readonly note: string }
  | { readonly kind: "done"; readonly summary: Summary; readonly cpuSeconds: number | undefined }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };

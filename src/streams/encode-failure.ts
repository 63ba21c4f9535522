import { dirname } from "node:path";
import { ReenactError } from "../errors.js";
import { ChildError, type Child } from "./child.js";
import type { OutputTarget } from "./output-target.js";
import { diskFullError, fullDiskOf, isDiskFull } from "./part-file.js";

/** What is known of an encoder that failed. */
export interface EncodeFailure {
  /** What was thrown. */
  readonly error: unknown;
  /** Why its output could not be passed on, if so. */
  readonly pipeFailure: unknown;
  readonly child: Child;
  readonly target: OutputTarget;
  readonly encoderName: string;
  /** Frames it took. */
  readonly frames: number;
}

/** An encoder that breaks its pipe is about to end by itself, with the better reason. */
async function reasonOf({ error, child }: EncodeFailure): Promise<unknown> {
  if (error instanceof ChildError || error instanceof ReenactError) return error;
  // No more pictures can be sent: with its input closed the encoder ends in any case.
  child.stdin?.destroy();
  return child.done().then(() => error, (reason: unknown) => reason);
}

/**
 * Why encoding failed, for people: DISK_FULL, ENCODE_FAILED, or the error itself where it is a {@link ReenactError}. To be asked before
 * what was written is removed: it may be what fills the disk.
 */
export async function explainEncodeFailure(failure: EncodeFailure): Promise<ReenactError> {
  const { pipeFailure, target, encoderName, frames } = failure;
  const reason = await reasonOf(failure);
  if (reason instanceof ReenactError && reason.code !== "ENCODE_FAILED") return reason;
  const full = isDiskFull(pipeFailure) ? pipeFailure : isDiskFull(reason) ? reason : await fullDisk(target);
  if (full !== undefined) return diskFullError(target.label, full);
  if (reason instanceof ReenactError) return reason;
  if (pipeFailure !== undefined) return pipeError(pipeFailure, target.label);
  // The first line says what happened, those after it what followed from that.
  const detail = reason instanceof ChildError ? reason.stderr.split("\n")[0] : String(reason);
  const why = detail === "" ? "ffmpeg gave no reason" : detail;
  return new ReenactError("ENCODE_FAILED", `Encoding \`${target.label}\` with ${encoderName} failed after ${frames} frames (${why}).`, { cause: reason });
}

async function fullDisk(target: OutputTarget): Promise<unknown> {
  return target.kind === "file" ? fullDiskOf(dirname(target.path)) : undefined;
}

function pipeError(error: unknown, label: string): ReenactError {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  const why = code === "EPIPE" || code === "ERR_STREAM_PREMATURE_CLOSE" ? "whoever reads it stopped" : code;
  return new ReenactError("ENCODE_FAILED", `Writing to ${label} failed (${why}).`, { cause: error });
}

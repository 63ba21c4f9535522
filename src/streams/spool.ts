import { open, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ReenactError } from "../errors.js";
import { abortError, onAbort } from "./abort.js";
import { onProcessExit } from "./exit-hooks.js";
import { temporaryFolder } from "./leftovers.js";

/** How a pipe is copied to disk. */
export interface SpoolOptions {
  /** What a person calls the pipe; default the standard input. */
  readonly label?: string;
  /** Most bytes to take; default 16 GiB. */
  readonly maxSpoolBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A pipe's content as a file. */
export interface Spool {
  readonly path: string;
  /** Removes the file; can be called again. */
  close(): Promise<void>;
}

const DEFAULT_MAX_BYTES = 16 * 2 ** 30;

/**
 * Copies a pipe into a file in the temporary folder, chunk by chunk.
 * @throws {ReenactError} INPUT_EMPTY when nothing came, DISK_FULL when it does not fit, INPUT_UNREADABLE when it is longer than allowed
 *   or breaks, ABORTED.
 */
export async function spoolToFile(source: AsyncIterable<Uint8Array>, options: SpoolOptions = {}): Promise<Spool> {
  const { label = "the standard input", maxSpoolBytes = DEFAULT_MAX_BYTES, signal } = options;
  const folder = await temporaryFolder("input");
  const forget = onProcessExit(() => rmSync(folder, { recursive: true, force: true }));
  const close = async () => {
    forget();
    await rm(folder, { recursive: true, force: true });
  };
  const path = join(folder, "input");
  try {
    const size = await copy(source, path, maxSpoolBytes, signal);
    if (size === 0) throw new ReenactError("INPUT_EMPTY", `Expected a video from ${label} but nothing came: check where it comes from.`);
    if (size === "more") {
      throw new ReenactError("INPUT_UNREADABLE", `More than ${maxSpoolBytes} bytes came from ${label}: save the video to a file and give its name instead.`);
    }
  } catch (error) {
    await close();
    throw spoolError(error, label, signal);
  }
  return { path, close };
}

async function copy(source: AsyncIterable<Uint8Array>, path: string, maxBytes: number, signal: AbortSignal | undefined): Promise<number | "more"> {
  const file = await open(path, "wx", 0o600);
  const iterator = source[Symbol.asyncIterator]();
  let removeAbort = () => {};
  // A pipe may say nothing for ever: an abort must not wait for its next byte.
  const aborted = new Promise<never>((_, reject) => {
    removeAbort = onAbort(signal, () => reject(signal === undefined ? new Error("aborted") : abortError(signal)));
  });
  aborted.catch(() => {});
  let size = 0;
  try {
    for (;;) {
      const { value, done } = await Promise.race([iterator.next(), aborted]);
      if (done) return size;
      size += value.length;
      if (size > maxBytes) return "more";
      await file.writeFile(value);
    }
  } finally {
    removeAbort();
    await file.close();
    // An iterator that waits for a byte cannot be told to return: the stream behind it is closed instead.
    if (source instanceof Readable) source.destroy();
    else void iterator.return?.();
  }
}

function spoolError(error: unknown, label: string, signal: AbortSignal | undefined): unknown {
  if (error instanceof ReenactError) return error;
  if (signal?.aborted) return abortError(signal);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ReenactError("DISK_FULL", `The disk of ${tmpdir()} is too full for the video from ${label}: free some space, or set TMPDIR to another disk.`, { cause: error });
  }
  return new ReenactError("INPUT_UNREADABLE", `The video from ${label} broke off.`, { cause: error });
}

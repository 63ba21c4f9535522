import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { abortError, onAbort, throwIfAborted } from "./abort.js";
import { onProcessExit } from "./exit-hooks.js";

/** How long a child may take to end by itself after SIGTERM before it is killed, milliseconds. */
const KILL_AFTER_MS = 5000;
/** How much of the end of stderr an error carries. */
const TAIL_LINES = 12;
const TAIL_CHARACTERS = 4000;

/** A child process that failed: not for people as such, but the `cause` of the {@link ReenactError} that is. */
export class ChildError extends Error {
  override readonly name = "ChildError";
  /** The exit code, or null when it was ended by a signal or never started. */
  readonly exitCode: number | null;
  /** The signal that ended it, or null. */
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote to stderr. */
  readonly stderr: string;

  constructor(command: string, end: { exitCode: number | null; signal: NodeJS.Signals | null }, stderr: string, options?: ErrorOptions) {
    const how = end.signal !== null ? `was ended by ${end.signal}` : end.exitCode !== null ? `ended with code ${end.exitCode}` : "did not start";
    super(`${command} ${how}${stderr === "" ? "" : `: ${stderr}`}`, options);
    this.exitCode = end.exitCode;
    this.signal = end.signal;
    this.stderr = stderr;
  }
}

/** A running child. Whoever started it ends it: `done()` for a natural end, `stop()` for an early one. */
export interface Child {
  /** Null unless asked for. */
  readonly stdin: Writable | null;
  /** Null unless asked for; paused until it is read. */
  readonly stdout: Readable | null;
  /** A second input, which the child reads as file descriptor 3 (`pipe:3`). Null unless asked for. */
  readonly input3: Writable | null;
  /** Whether it has ended. */
  readonly ended: boolean;
  /**
   * Resolves when it ended with code 0.
   * @throws {ChildError} when it ended otherwise; {@link ReenactError} ABORTED when the signal ended it.
   */
  done(): Promise<void>;
  /** Ends it: its pipes are closed, then SIGTERM, then SIGKILL after 5 s (a reader at once). Resolves when it is gone; can be called again. */
  stop(): Promise<void>;
  /** What it wrote to stderr last. */
  stderrTail(): string;
}

/** What {@link startChild} wants to know. */
export interface ChildOptions {
  /** `pipe` gives a stream to write to; default `ignore`. */
  readonly stdin?: "pipe" | "ignore";
  /** `pipe` gives a stream to read; default `ignore`. */
  readonly stdout?: "pipe" | "ignore";
  /** `pipe` gives a second stream to write to; default none. */
  readonly input3?: "pipe" | undefined;
  /** Environment variables beside this process's own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whether it only reads, so that there is nothing to complete when it is ended: it is killed at once, whatever it waits for. */
  readonly reader?: boolean | undefined;
  /** Ends the child when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Keeps the end of a text stream. */
function tailOf(stream: Readable): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (part: string) => {
    text = (text + part).slice(-TAIL_CHARACTERS);
  });
  return () => text.trim().split(/[\r\n]+/).slice(-TAIL_LINES).join("\n");
}

/** Resolves with how the process ended, after its stderr was read to the end. */
function endOf(process: ChildProcess): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null; cause?: Error }> {
  return new Promise((resolve) => {
    process.once("error", (cause) => {
      if (process.pid === undefined) resolve({ exitCode: null, signal: null, cause });
    });
    process.once("exit", (exitCode, signal) => {
      // `close` would also wait for a stdout that nobody reads any more.
      const settle = () => resolve({ exitCode, signal });
      if (process.stderr === null || process.stderr.closed) settle();
      else process.stderr.once("close", settle);
    });
  });
}

/**
 * Starts `command` in its own process group: a Ctrl-C at the terminal reaches this program alone, which then ends its children in order.
 * It is killed when this process ends, and ended when `signal` aborts.
 * @throws {ReenactError} ABORTED when `signal` is already aborted.
 */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const { stdin = "ignore", stdout = "ignore", input3, env, reader = false, signal } = options;
  throwIfAborted(signal);
  const process = spawn(command, args, {
    stdio: [stdin, stdout, "pipe", ...(input3 ? [input3] : [])],
    env: { ...globalThis.process.env, ...env },
    detached: globalThis.process.platform !== "win32",
    windowsHide: true,
  });
  const stderrTail = process.stderr === null ? () => "" : tailOf(process.stderr);
  let ended = false;
  let killTimer: NodeJS.Timeout | undefined;
  // A write to a child that is gone is reported through done(); without a listener it would end this process.
  const second = input3 ? process.stdio[3] as Writable : null;
  for (const stream of [process.stdin, second]) stream?.on("error", () => {});
  const forget = onProcessExit(() => process.kill("SIGKILL"));

  const requestEnd = () => {
    if (ended) return;
    // A child that is blocked on a full pipe never looks at its signals: closing the pipes wakes it.
    process.stdin?.destroy();
    second?.destroy();
    process.stdout?.destroy();
    process.kill(reader ? "SIGKILL" : "SIGTERM");
    killTimer ??= setTimeout(() => process.kill("SIGKILL"), KILL_AFTER_MS);
  };
  const removeAbort = onAbort(signal, requestEnd);
  const end = endOf(process).then((result) => {
    ended = true;
    clearTimeout(killTimer);
    removeAbort();
    forget();
    return result;
  });

  return {
    stdin: process.stdin,
    stdout: process.stdout,
    input3: second,
    get ended() {
      return ended;
    },
    async done() {
      const { exitCode, signal: endSignal, cause } = await end;
      if (exitCode === 0) return;
      if (signal?.aborted) throw abortError(signal);
      throw new ChildError(command, { exitCode, signal: endSignal }, stderrTail(), cause === undefined ? undefined : { cause });
    },
    async stop() {
      requestEnd();
      await end;
    },
    stderrTail,
  };
}

/**
 * Runs `command` to its end and returns what it printed.
 * @throws {ChildError} when it fails or prints more than `maxBytes`; {@link ReenactError} ABORTED when `signal` aborts.
 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: { signal?: AbortSignal | undefined; maxBytes?: number } = {},
): Promise<string> {
  const { signal, maxBytes = 64 * 2 ** 20 } = options;
  const child = startChild(command, args, { stdout: "pipe", signal });
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of child.stdout ?? []) {
      size += (part as Buffer).length;
      if (size > maxBytes) break;
      parts.push(part as Buffer);
    }
  } catch (cause) {
    // A stdout that breaks off means that the child was ended: done() knows why.
    await child.stop();
    if (signal?.aborted) throw abortError(signal);
    throw new ChildError(command, { exitCode: null, signal: null }, child.stderrTail(), { cause });
  }
  if (size > maxBytes) {
    await child.stop();
    throw new ChildError(command, { exitCode: null, signal: "SIGTERM" }, `it printed more than ${maxBytes} bytes`);
  }
  await child.done();
  return Buffer.concat(parts).toString("utf8");
}

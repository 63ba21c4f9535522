import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { ReenactError } from "../errors.js";
import { throwIfAborted } from "./abort.js";
import { spoolToFile, type Spool, type SpoolOptions } from "./spool.js";

/*
 * A statically linked ffmpeg crashes when it looks up a host name on Linux. What needs names is done here for it.
 */

/**
 * Copies what an http or https address delivers into a file in the temporary folder, to be removed by its `close()`.
 * @throws {ReenactError} INPUT_NOT_FOUND (404, 410), INPUT_UNREADABLE (no connection, another refusal), and as {@link spoolToFile}.
 */
export async function downloadToFile(url: string, options: SpoolOptions & { timeoutMs?: number | undefined }): Promise<Spool> {
  const { signal, timeoutMs = 30_000 } = options;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  // Only the answer is waited for so long: what it delivers may take its time.
  const response = await fetch(url, { signal: either }).finally(() => clearTimeout(timer)).catch((cause: unknown) => {
    throwIfAborted(signal);
    if (timeout.signal.aborted) throw new ReenactError("INPUT_UNREADABLE", `\`${url}\` did not answer within ${timeoutMs / 1000} s.`, { cause });
    throw new ReenactError("INPUT_UNREADABLE", `\`${url}\` cannot be reached: check the address and the network.`, { cause });
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    const missing = response.status === 404 || response.status === 410;
    throw new ReenactError(missing ? "INPUT_NOT_FOUND" : "INPUT_UNREADABLE", `\`${url}\` is not to be had: the server answered ${response.status}.`);
  }
  return spoolToFile(response.body, { ...options, label: `\`${url}\`` });
}

/**
 * An address with its host name replaced by the IP address it stands for; what has no host name stays as it is.
 * @throws {ReenactError} INPUT_UNREADABLE when the name stands for nothing.
 */
export async function withAddress(url: string): Promise<string> {
  const match = /^([a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?)([^@:/?#[\]]+)(.*)$/i.exec(url);
  const [, before = "", host = "", after = ""] = match ?? [];
  if (host === "" || isIP(host) !== 0) return url;
  const { address, family } = await lookup(host).catch((cause: Error) => {
    throw new ReenactError("INPUT_UNREADABLE", `The host \`${host}\` of \`${url}\` is unknown: check the address and the network.`, { cause });
  });
  return `${before}${family === 6 ? `[${address}]` : address}${after}`;
}

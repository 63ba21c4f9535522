import { fork, type ChildProcess, type ForkOptions } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Starts a module of this program, given without its extension, in a process of its own: the built .js file, or the .ts source when tsx
 * runs the sources. It has its own process group, so that a Ctrl-C at the terminal reaches this program alone.
 *
 * @param base `import.meta.url` of the caller
 * @param module relative to it, as "./job"
 */
export function forkModule(base: string, module: string, args: readonly string[], options: ForkOptions = {}): ChildProcess {
  const path = fileURLToPath(new URL(`${module}.${base.endsWith(".ts") ? "ts" : "js"}`, base));
  return fork(path, args, { detached: process.platform !== "win32", ...options });
}

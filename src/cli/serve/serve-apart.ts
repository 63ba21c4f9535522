import { once } from "node:events";
import { forkModule } from "../../streams/fork-module.js";
import type { ServeFlags } from "./serve.js";

/** What the server's process is told: first with what it serves, later that it is to end. */
export type ServeOrder = { readonly flags: ServeFlags } | { readonly stop: (typeof STOPS)[number] };

const STOPS = ["SIGINT", "SIGTERM"] as const;

/**
 * Serves in a process of its own, with these settings in its environment, which speaks for itself on the standard output and error. What
 * ends this process ends it, and it ends this one as it ended: with its exit code, or by its signal.
 */
export async function serveApart(flags: ServeFlags, settings: Readonly<Record<string, string>>): Promise<void> {
  const child = forkModule(import.meta.url, "./serve-process", [], { stdio: ["inherit", "inherit", "inherit", "ipc"], env: { ...process.env, ...settings } });
  // Not by signals: one that came before the process listens would end it without a word.
  const tell = (order: ServeOrder) => void child.send(order, () => {}); // one that is gone has said why
  const stop = (signal: NodeJS.Signals) => tell({ stop: signal as (typeof STOPS)[number] }), hangUp = () => void child.kill("SIGHUP");
  for (const signal of STOPS) process.on(signal, stop);
  process.on("SIGHUP", hangUp);
  try {
    const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    tell({ flags });
    const [code, signal] = await ended;
    process.exitCode = code ?? 1;
    if (signal === null) return;
    for (const one of STOPS) process.off(one, stop);
    process.off("SIGHUP", hangUp);
    process.kill(process.pid, signal);
  } finally {
    for (const signal of STOPS) process.off(signal, stop);
    process.off("SIGHUP", hangUp);
  }
}

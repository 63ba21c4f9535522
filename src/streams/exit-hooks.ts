/** The signals that end a process that does not listen to them, without its `exit` event. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const hooks = new Set<() => void>();

function runHooks(): void {
  for (const hook of hooks) {
    try {
      hook();
    } catch {
      // The process is ending: what one hook cannot do must not keep the others from trying.
    }
  }
  hooks.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  // Somebody else listens (a command line that aborts its run): ending is theirs to decide, and `exit` comes when they do.
  if (process.listenerCount(signal) > 1) return;
  runHooks();
  uninstall();
  process.kill(process.pid, signal);
}

function install(): void {
  process.on("exit", runHooks);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function uninstall(): void {
  process.off("exit", runHooks);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/**
 * Runs `hook` (synchronous: kill a child, unlink a file) when this process ends by any way it can notice: exit, an uncaught error,
 * or a signal nobody else handles. Returns the function that takes the hook off again; while there is none, no listener stays.
 */
export function onProcessExit(hook: () => void): () => void {
  if (hooks.size === 0) install();
  hooks.add(hook);
  return () => {
    if (hooks.delete(hook) && hooks.size === 0) uninstall();
  };
}

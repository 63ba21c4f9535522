import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";

/** A process, told apart from a later one that happens to get the same number. */
export const ProcessIdentity = z.object({
  host: z.string(),
  pid: z.number().int(),
  /** When it started, in the system's own ticks; empty where the system does not tell. */
  started: z.string(),
});

/** {@link ProcessIdentity} as a value. */
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** Who this is. */
export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) };
}

/** Whether a process of this machine still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = startOf(pid);
  return now === "" || started === "" || now === started;
}

/** Field 22 of /proc/PID/stat (proc(5)), counted behind the name, which may hold anything. A zombie is as good as gone. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    return fields[0] === "Z" ? "gone" : fields[19];
  } catch {
    return "";
  }
}

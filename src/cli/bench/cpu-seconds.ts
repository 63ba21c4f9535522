import { readFileSync } from "node:fs";

/** proc(5) counts in these, seconds: USER_HZ is 100 on every Linux that Node runs on. */
const TICK = 1 / 100;

/**
 * Processor time of a process, this one when none is named, and of its children that ended, seconds: unlike the time on the wall it hardly depends on what else the
 * machine does. Undefined where the system does not tell.
 */
export function cpuSeconds(pid: number | "self" = "self"): number | undefined {
  if (process.platform !== "linux") return undefined;
  const text = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name, in brackets, may hold anything; fields 14 to 17 come after it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").slice(11, 15).map(Number);
  return fields.reduce((sum, ticks) => sum + ticks, 0) * TICK;
}

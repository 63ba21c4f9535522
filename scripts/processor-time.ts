import { readdir, readFile } from "node:fs/promises";

/** Milliseconds of a tick of /proc's clocks: a hundred a second on every Linux that is met. */
const TICK = 10;

/** What a process and its threads have used so far, and what began it. */
interface Used {
  readonly parent: number;
  readonly kind: string;
  /** Milliseconds by the name of the thread. */
  readonly threads: ReadonlyMap<string, number>;
}

async function used(pid: string): Promise<Used | undefined> {
  try {
    const [status, command, tasks] = await Promise.all([readFile(`/proc/${pid}/status`, "utf8"), readFile(`/proc/${pid}/cmdline`, "utf8"), readdir(`/proc/${pid}/task`)]);
    // User and system time are its stat's fields 14 and 15, those of children that have ended 16 and 17 (proc(5)).
    const fieldsOf = (stat: string) => stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
    const [childUser, childSystem] = fieldsOf(await readFile(`/proc/${pid}/stat`, "utf8")).slice(13);
    const threads = new Map([["ended", TICK * (childUser + childSystem)]]);
    for (const task of tasks) {
      const stat = await readFile(`/proc/${pid}/task/${task}/stat`, "utf8").catch(() => undefined);
      if (stat === undefined) continue; // a thread that has ended meanwhile: the others count
      const [user, system] = fieldsOf(stat).slice(11);
      const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")).replace(/[\d/]+$/, "");
      threads.set(name, (threads.get(name) ?? 0) + TICK * (user + system));
    }
    return { parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), kind: /--utility-sub-type=([\w.]+)/.exec(command)?.[1] ?? /--type=([\w-]+)/.exec(command)?.[1] ?? "own", threads };
  } catch {
    return undefined; // it has ended
  }
}

/**
 * Milliseconds of processor time that a process and all that it started have used, by `kind.thread`: the kind is what Chromium calls its
 * processes, `own` for any other, `ended` is of children that have ended. Empty where there is no /proc; a thread that has ended is not counted.
 */
export async function processorTime(root: number): Promise<Map<string, number>> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const looks = await Promise.all(pids.map(async (pid) => [Number(pid), await used(pid)] as const));
  const all = new Map(looks.filter((entry): entry is readonly [number, Used] => entry[1] !== undefined));
  const tree = new Set([root]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const [pid, { parent }] of all) if (tree.has(parent)) tree.add(pid);
  }
  const sums = new Map<string, number>();
  for (const pid of tree) for (const [name, time] of all.get(pid)?.threads ?? []) {
    const key = `${all.get(pid)!.kind}.${name}`;
    sums.set(key, (sums.get(key) ?? 0) + time);
  }
  return sums;
}

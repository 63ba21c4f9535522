import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Resident memory, bytes, each figure at its own highest: they need not fall into the same moment. Pages that processes share are counted
 * for each of them.
 */
export interface PeakMemory {
  /** The job and its children, added up moment by moment. */
  readonly together: number;
  /** The job's own process, node. */
  readonly node: number;
  /** All its children, ffmpeg. */
  readonly children: number;
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  resident(): Promise<number>;
}

/** Milliseconds between samples. */
const EVERY = 200;

/** Samples the memory of a process and all its descendants until it is stopped: on Linux from /proc, elsewhere from `ps`. */
export class MemoryMeter {
  readonly #root: number;
  readonly #sampling: Promise<void>;
  #peak = { together: 0, node: 0, children: 0 };
  #stopped = false;
  #wake: () => void = () => {};

  constructor(root: number) {
    this.#root = root;
    this.#sampling = this.#run();
  }

  /** Ends the sampling. @returns undefined where nothing could be measured */
  async stop(): Promise<PeakMemory | undefined> {
    this.#stopped = true;
    this.#wake();
    await this.#sampling;
    return this.#peak.node > 0 ? this.#peak : undefined;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#sample().catch(() => undefined); // no `ps`: nothing is measured, and stop() says so
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, EVERY);
        this.#wake = () => { clearTimeout(timer); resolve(); };
        if (this.#stopped) this.#wake();
      });
    }
  }

  async #sample(): Promise<void> {
    const all = process.platform === "linux" ? await fromProc() : await fromPs();
    const root = all.find(({ pid }) => pid === this.#root);
    if (!root) return;
    const node = await root.resident();
    const sizes = await Promise.all(descendants(all, this.#root).map((child) => child.resident()));
    const children = sizes.reduce((sum, size) => sum + size, 0);
    const { together, ...apart } = this.#peak;
    this.#peak = {
      together: Math.max(together, node + children), node: Math.max(apart.node, node), children: Math.max(apart.children, children),
    };
  }
}

function descendants(all: readonly ProcessEntry[], root: number): ProcessEntry[] {
  const own = all.filter(({ parent }) => parent === root);
  return own.flatMap((entry) => [entry, ...descendants(all, entry.pid)]);
}

/** proc(5). A process that ends meanwhile has no memory any more. */
async function fromProc(): Promise<ProcessEntry[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // The name, in brackets, may hold anything; state and parent come after it.
    const parent = Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
    return { pid: Number(pid), parent, resident: () => residentOf(pid) };
  }));
  return entries.filter(({ parent }) => Number.isInteger(parent));
}

async function residentOf(pid: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}

async function fromPs(): Promise<ProcessEntry[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,rss="], { maxBuffer: 16 * 2 ** 20 });
  return stdout.trim().split("\n").map((line) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, resident: () => Promise.resolve(1024 * kilobytes) };
  });
}

/**
 * glibc keeps a heap for every thread, and never gives back what lies below something still in use: pictures that one thread makes and another
 * frees, some hundred a second, leave a server ever larger. So there is one heap, and what is larger than pictures mostly are is mapped by
 * itself. A threshold of 64 KB would leave a server that is attacked for minutes some tens of MB smaller, and cost an eighth of all frames:
 * memory that is mapped anew has to be filled by the kernel, page by page. Fixed thresholds also end glibc's habit of raising them as it goes.
 */
const SETTINGS = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: String(2 << 20), MALLOC_TRIM_THRESHOLD_: String(8 << 20) } as const;

/** What a user has said of memory that a process takes. */
const OWN = /^(MALLOC_.*|LD_PRELOAD|GLIBC_TUNABLES)$/;

/**
 * Pictures are freed when the small objects that hold them are collected, which is when 16 MB of small objects have come together, and live
 * traffic makes few of those. With 2 MB a server that was attacked for six minutes has 653 MB afterwards instead of 707, and answers as many frames.
 */
const YOUNG_GENERATION = "--max-semi-space-size=2";

/**
 * Environment variables with which a process of many threads and pictures stays small. They count at its start only. Undefined where there is
 * no glibc, and where the user has a say in it already.
 */
export function heapSettings(env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> | undefined {
  if (Object.keys(env).some((name) => OWN.test(name)) || !usesGlibc()) return undefined;
  // Not among Node's own arguments: where it is started by others than the program, those say what it runs.
  return { ...SETTINGS, NODE_OPTIONS: `${YOUNG_GENERATION} ${env.NODE_OPTIONS ?? ""}`.trim() }; // of two the later one counts, which is the user's
}

function usesGlibc(): boolean {
  if (process.platform !== "linux") return false;
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }, before = report.excludeNetwork; // newer than the types
  report.excludeNetwork = true; // looking up names of addresses takes seconds
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  if (before !== undefined) report.excludeNetwork = before;
  return header.glibcVersionRuntime !== undefined;
}

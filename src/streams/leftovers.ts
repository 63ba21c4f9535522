import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, ownIdentity } from "../process-identity.js";

/** What nobody wrote to for so long is nobody's, whoever made it; milliseconds. */
const FORGOTTEN = 24 * 3600 * 1000;
const MARK = /^\.?reenact-(?:[a-z]+-)?([0-9a-f]{8})\.(\d+)\.(\d*)-/;

/** Where process numbers mean the same processes: this machine, or a container on it. */
const place = (() => {
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid");
  } catch {
    // Only Linux has them.
  }
  return createHash("sha256").update(`${hostname()} ${space}`).digest("hex").slice(0, 8);
})();

/** Marks a name as this process's: what it leaves when it is killed is known by it. */
export function ownMark(): string {
  const { pid, started } = ownIdentity();
  return `${place}.${pid}.${started}`;
}

/** Removes what killed processes left in a folder, as far as their names are marked. What cannot be removed stays. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.map(async (name) => {
    const [, where, pid, started] = MARK.exec(name) ?? [];
    if (where === undefined || pid === undefined) return;
    const path = join(folder, name);
    const dead = where === place ? !isAlive({ host: hostname(), pid: Number(pid), started: started ?? "" })
      : Date.now() - (await stat(path).then(({ mtimeMs }) => mtimeMs, () => Date.now())) > FORGOTTEN;
    if (dead) await rm(path, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }));
}

/** How often leftovers are looked for, milliseconds; and where that was done when. */
const SWEEP = 60_000;
const swept = new Map<string, number>();

/** A new folder in the system's temporary one; what killed processes left there goes, once a minute. @param kind what it is for, a-z */
export async function temporaryFolder(kind: string): Promise<string> {
  const place = tmpdir(), now = performance.now();
  if (!(now - (swept.get(place) ?? -Infinity) < SWEEP)) {
    swept.set(place, now);
    await removeLeftovers(place);
  }
  return mkdtemp(join(tmpdir(), `reenact-${kind}-${ownMark()}-`));
}

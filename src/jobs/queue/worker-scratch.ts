import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, ownIdentity, type ProcessIdentity } from "../../process-identity.js";

/** What tells whose a folder is: a folder for temporary files may be shared by containers, each with process numbers of its own. */
function nameOf({ host, pid, started }: ProcessIdentity): string {
  return `reenact-worker-${host.replace(/[^\w.-]/g, "_")}-${pid}-${started}`;
}

/** A folder of this process alone for what is in the making; those of killed workers are removed. */
export async function workerScratch(folder = tmpdir()): Promise<string> {
  await sweepScratch(folder);
  const path = join(folder, nameOf(ownIdentity()));
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Removes the folders of this machine's workers that are no more. Never fails: what cannot be removed is somebody else's. */
export async function sweepScratch(folder = tmpdir()): Promise<void> {
  const { host } = ownIdentity();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid, started] = /-(\d+)-(\w*)$/.exec(name) ?? [], owner = { host, pid: Number(pid), started };
    if (pid === undefined || name !== nameOf(owner) || isAlive(owner)) continue;
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}

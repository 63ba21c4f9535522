import { mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, ownIdentity } from "../process-identity.js";

const NAME = /^reenact-worker-(\d+)-(\w*)$/;

/**
 * A folder of this process alone for what is in the making. Its name tells whose it is: those of workers of this machine that were killed
 * are removed.
 */
export async function workerScratch(folder = tmpdir()): Promise<string> {
  const { pid, started, host } = ownIdentity();
  for (const name of await readdir(folder)) {
    const owner = NAME.exec(name);
    if (owner && !isAlive({ host, pid: Number(owner[1]), started: owner[2] })) await rm(join(folder, name), { recursive: true, force: true });
  }
  const path = join(folder, `reenact-worker-${pid}-${started}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../errors.js";
import { onProcessExit } from "../streams/exit-hooks.js";
import { writeError } from "../streams/part-file.js";
import { isAlive, ownIdentity, ProcessIdentity } from "../process-identity.js";

/** A lock is touched so often, milliseconds. */
const TOUCH_EVERY = 5000;
/** A lock of another machine that was not touched for so long is nobody's, milliseconds. */
const SILENT_FOR = 60_000;

/** The right to write to a run's folder. */
export interface StateLock {
  /** Gives it back; can be called again. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a run's folder, so that no two processes work on it. One whose process is gone (by its number and start time, or, on
 * another machine, by a minute's silence) is taken over.
 * @param option how a user names another folder
 * @throws {ReenactError} RUN_BUSY when somebody holds it; DISK_FULL, OUTPUT_INVALID
 */
export async function lockState(folder: string, option = "--dir"): Promise<StateLock> {
  const path = join(folder, "lock"), own = `${path}.${randomBytes(6).toString("hex")}`;
  const content = JSON.stringify({ ...ownIdentity(), token: randomBytes(8).toString("hex") });
  try {
    await writeFile(own, content, { flag: "wx" });
    while (!(await tryLink(own, path))) await removeStale(path, own, option);
  } catch (error) {
    throw writeError(error, path);
  } finally {
    await rm(own, { force: true });
  }
  const forget = onProcessExit(() => rmSync(path, { force: true }));
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_EVERY);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      if ((await readFile(path, "utf8").catch(() => "")) === content) await rm(path, { force: true });
      forget();
    },
  };
}

/** A link appears at once and complete, and only where nothing is. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock that nobody holds any more. Of several who see it only one may: who gets the link that is named after its content. */
async function removeStale(path: string, own: string, option: string): Promise<void> {
  const content = await readFile(path, "utf8").catch(() => undefined);
  if (content === undefined) return;
  const holder = parseHolder(content);
  if (holder !== undefined && (await isHeld(path, holder))) {
    const where = holder.host === ownIdentity().host ? `process ${holder.pid}` : `process ${holder.pid} on ${holder.host}`;
    throw new ReenactError("RUN_BUSY", `Expected nobody else at work in \`${path}\` but ${where} is: wait for it, stop it, or name another folder with ${option}.`);
  }
  const right = `${path}.${createHash("sha256").update(content).digest("hex").slice(0, 12)}`;
  if (!(await tryLink(own, right))) {
    // Whoever has the right needs a moment; if it died in it, the right is as stale as the lock.
    const age = Date.now() - (await stat(right).then(({ mtimeMs }) => mtimeMs, () => Date.now()));
    if (age > TOUCH_EVERY) await rm(right, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 50));
    return;
  }
  if ((await readFile(path, "utf8").catch(() => "")) === content) await rename(path, `${own}.stale`);
  await rm(`${own}.stale`, { force: true });
  await rm(right, { force: true });
}

/** Whose lock it is; undefined for what is none. */
export function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentity.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

async function isHeld(path: string, holder: ProcessIdentity): Promise<boolean> {
  if (holder.host === ownIdentity().host) return isAlive(holder);
  const touched = await stat(path).then(({ mtimeMs }) => mtimeMs, () => 0);
  return Date.now() - touched < SILENT_FOR;
}

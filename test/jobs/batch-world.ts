import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { PROGRAM } from "../cli/program.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));

/** Options that make a batch quick: few frames, small pictures, no model to look for. */
export const QUICK = ["--landmarks", "facemesh", "--no-cache", "--max-side", "160", "--preset", "ultrafast"];

/** A short clip of the example driver, with sound: 10 frames a second, 160×160. */
export async function makeClip(path: string, { start, seconds, filter = "null", args = [] }: { start: number; seconds: number; filter?: string; args?: string[] }): Promise<void> {
  const { ffmpeg } = await mediaTools();
  execFileSync(ffmpeg.path, ["-v", "error", "-y", "-ss", String(start), "-t", String(seconds), "-i", media("driver.mp4"), "-vf", `fps=10,scale=160:160,${filter}`,
    ...args, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", path]);
}

/** A folder with clips/c1.mp4, … and faces/p1.jpg, …. */
export async function makeWorld(folder: string, { clips, photos, seconds }: { clips: number; photos: number; seconds: number }): Promise<void> {
  mkdirSync(join(folder, "clips"));
  mkdirSync(join(folder, "faces"));
  for (let i = 1; i <= clips; i++) await makeClip(join(folder, "clips", `c${i}.mp4`), { start: 0.4 * (i % 12), seconds });
  for (let i = 1; i <= photos; i++) await sharp(media("photo.jpg")).resize(160 + 8 * i).jpeg().toFile(join(folder, "faces", `p${i}.jpg`));
}

/** A running program whose lines on the standard error can be waited for. */
export interface Running {
  readonly child: ChildProcess;
  /** Everything it wrote. */
  readonly lines: string[];
  /** Resolves when it ended, with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  stdout(): string;
}

/** Starts the program, without a terminal, in a process of its own. */
export function startCli(args: readonly string[], onLine: (line: string) => void = () => {}, env: NodeJS.ProcessEnv = {}): Running {
  const all = { ...process.env, NO_COLOR: "1", REENACT_DEBUG: "", ...env };
  const child = spawn(process.execPath, [...PROGRAM, ...args], { stdio: ["ignore", "pipe", "pipe"], env: all });
  const lines: string[] = [];
  let out = "";
  child.stdout.on("data", (part: Buffer) => { out += part.toString(); });
  createInterface({ input: child.stderr }).on("line", (line) => {
    lines.push(line);
    onLine(line);
  });
  return { child, lines, ended: once(child, "close").then(([code]) => code as number | null), stdout: () => out };
}

/** The decoded frames of an output and the packets of its sound, each with its time. */
export async function framesOf(path: string): Promise<string> {
  const { ffmpeg } = await mediaTools();
  const args = ["-v", "error", "-i", path, "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  return execFileSync(ffmpeg.path, args, { encoding: "utf8" });
}

/** All files below a folder, by their paths in it. */
export function filesBelow(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((found) => found.isFile());
  return files.map((found) => relative(folder, join(found.parentPath, found.name))).sort();
}

/** Processes that have `text` in their command line, this one and its tests apart; undefined where the system does not tell. */
export function processesWith(text: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      if (command.includes(text)) found.push(`${pid}: ${command}`);
    } catch {
      // It is gone.
    }
  }
  return found;
}

/** Waits until a condition holds. @throws Error after `seconds` */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Expected within ${seconds} s: ${what}`);
    await delay(100);
  }
}

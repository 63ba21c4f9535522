import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { MediaTools } from "../../src/streams/ffmpeg-path.js";

/** Copies a video with the bytes of some of its stored pictures (in the order in which they are stored) overwritten. */
export async function damage(tools: MediaTools, from: string, to: string, isDamaged: (index: number) => boolean): Promise<void> {
  const args = ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pos,size", "-of", "json", from];
  const { stdout } = await promisify(execFile)(tools.ffprobe.path, args, { maxBuffer: 2 ** 26, env: { ...process.env, ...tools.ffprobe.env } });
  const { packets } = JSON.parse(stdout) as { packets: { pos: string; size: string }[] };
  const bytes = await readFile(from);
  for (const [i, { pos, size }] of packets.entries()) if (isDamaged(i)) bytes.fill(0xff, Number(pos), Number(pos) + Number(size));
  await writeFile(to, bytes);
}

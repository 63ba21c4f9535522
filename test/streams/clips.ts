import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MediaTools } from "../../src/streams/ffmpeg-path.js";
import { ffmpeg, passThrough } from "./media.js";

const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const SINE = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100"];

function pictures(rate: string, size = "160x120", source = "testsrc2"): string[] {
  return ["-f", "lavfi", "-i", `${source}=size=${size}:rate=${rate}`];
}

/** How each clip is made; `out` stands for the file. */
const RECIPES = {
  "film.mp4": () => [...pictures("24000/1001"), ...SINE, "-t", "1.5", ...H264, "-preset", "fast", "-bf", "3", "-c:a", "aac"],
  "ntsc.mp4": () => [...pictures("30000/1001"), ...SINE, "-t", "1.5", ...H264, "-c:a", "aac"],
  "sixty.mp4": () => [...pictures("60"), ...SINE, "-t", "1", ...H264, "-c:a", "aac"],
  "silent.mp4": () => [...pictures("25"), "-t", "1", ...H264],
  "one-frame.mp4": () => [...pictures("30000/1001"), "-frames:v", "1", ...H264],
  "variable.mp4": (tools: MediaTools) => [...pictures("30"), ...SINE, "-t", "2", "-filter:v", "select='not(eq(mod(n\\,7)\\,3))*not(between(n\\,20\\,31))'", ...passThrough(tools), ...H264, "-c:a", "aac"],
  "variable.mkv": (tools: MediaTools) => [...pictures("30"), "-t", "2", "-filter:v", "select='not(eq(mod(n\\,5)\\,1))',setpts='PTS+0.004*random(1)/TB'", ...passThrough(tools), "-enc_time_base", "1:1000", ...H264],
  "film.mkv": () => [...pictures("24000/1001"), ...SINE, "-t", "1.5", ...H264, "-c:a", "libopus"],
  "odd.mkv": () => [...pictures("25", "161x121", "testsrc"), "-t", "0.4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p"],
  "anamorphic.mp4": () => [...pictures("25", "144x120"), "-t", "0.4", "-filter:v", "setsar=16/9", ...H264],
  "transport.ts": () => [...pictures("25"), ...SINE, "-t", "1", ...H264, "-c:a", "aac", "-output_ts_offset", "100"],
  "late-sound.mp4": () => [...pictures("30000/1001"), "-itsoffset", "0.5", ...SINE, "-t", "2", ...H264, "-c:a", "aac"],
  "late-picture.mkv": () => ["-itsoffset", "0.4", ...pictures("25"), ...SINE, "-t", "1.6", ...H264, "-c:a", "aac"],
  "pcm.mov": () => [...pictures("25"), ...SINE, "-t", "0.6", ...H264, "-c:a", "pcm_s16le"],
  "sound-only.m4a": () => [...SINE, "-t", "0.5", "-c:a", "aac"],
  "long.mp4": () => [...pictures("30", "320x240"), "-t", "20", ...H264],
} satisfies Record<string, (tools: MediaTools) => string[]>;

/** The names of the clips that can be asked for. */
export type ClipName = keyof typeof RECIPES | "phone.mp4" | "moov-missing.mp4" | "tail-missing.mp4" | "tail-missing.mkv" | "empty.mp4" | "text.mp4";

async function truncated(source: string, path: string, share: number): Promise<void> {
  const [from, { size }] = [await open(source), await stat(source)];
  const { buffer } = await from.read(Buffer.alloc(Math.floor(size * share)), 0, Math.floor(size * share), 0);
  await from.close();
  await writeFile(path, buffer);
}

/** Makes clips in `folder` on demand, each once; returns a clip's path. */
export function clipMaker(folder: string, tools: MediaTools): (name: ClipName) => Promise<string> {
  const made = new Map<ClipName, Promise<string>>();
  const clip = (name: ClipName): Promise<string> => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
  const make = async (name: ClipName): Promise<string> => {
    const path = join(folder, name);
    if (name === "phone.mp4") {
      // What a phone writes: upright pictures stored lying, with a matrix that turns them by a quarter.
      const lying = await clip("ntsc.mp4");
      const turned = tools.ffmpeg.codecVersion[0] >= 60 ? ["-display_rotation", "-90", "-i", lying] : ["-i", lying, "-metadata:s:v:0", "rotate=90"];
      await ffmpeg(tools, ...turned, "-c", "copy", path);
    } else if (name === "moov-missing.mp4") await truncated(await clip("ntsc.mp4"), path, 0.6);
    else if (name === "tail-missing.mp4") {
      const whole = join(folder, "index-first.mp4");
      await ffmpeg(tools, "-i", await clip("ntsc.mp4"), "-c", "copy", "-movflags", "+faststart", whole);
      await truncated(whole, path, 0.6);
    } else if (name === "tail-missing.mkv") await truncated(await clip("film.mkv"), path, 0.6);
    else if (name === "empty.mp4") await writeFile(path, "");
    else if (name === "text.mp4") await writeFile(path, "This is a letter, not a video.\n".repeat(100));
    else await ffmpeg(tools, ...RECIPES[name](tools), path);
    return path;
  };
  return clip;
}

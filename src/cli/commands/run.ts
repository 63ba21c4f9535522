import { createInterface } from "node:readline/promises";
import { stat } from "node:fs/promises";
import { Command, Option } from "commander";
import type { ReenactOptions } from "../../pipeline/options.js";
import type { Progress, Summary } from "../../pipeline/progress.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween, parseFace, parseTime } from "../parse-values.js";
import { asReenactError } from "../report-error.js";
import { showProgress, type ProgressStyle } from "../show-progress.js";

interface RunFlags extends Omit<ReenactOptions, "input" | "photo" | "output" | "start" | "end" | "overwrite"> {
  i: string;
  onto: string;
  f?: string;
  y?: boolean;
  n?: boolean;
  ss?: number;
  to?: number;
  progress?: ProgressStyle;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  reenact run -i driver.mp4 --onto photo.jpg out.mp4
  reenact run -i driver.mp4 -ss 0:10 -to 0:20 --onto photo.jpg --view side-by-side clip.webm
  reenact run -i rtsp://127.0.0.1/cam --onto photo.jpg -f mp4 - | ffplay -
  reenact run -i driver.mov --onto group.jpg --face 2 --missing hold frames/%05d.png

Every frame of the input becomes a frame of the output, with its time and its sound. The output is marked as synthetic.
The photo's identity embedding is kept in the cache folder that reenact doctor names; --no-cache keeps nothing.`;

/** `reenact run`: one video onto one photo. */
export function runCommand(): Command {
  return new Command("run")
    .summary("reenact a video onto a photo")
    .description("Make the person on a photo show the expressions of the person in a video.")
    .argument("<output>", "mp4, webm, mov, mkv, gif, a sequence such as frame-%05d.png, or - with -f")
    .requiredOption("-i <input>", "the driver: a file, a URL, RTSP, or - for the standard input")
    .requiredOption("--onto <photo>", "the photo: JPEG, PNG, WebP, AVIF, TIFF, GIF")
    .option("-y", "replace the output when it exists")
    .option("-n", "never replace it (nor ask)")
    .option("--ss <time>", "start at this time of the input (also -ss)", parseTime)
    .option("--to <time>", "end at this time of the input (also -to)", parseTime)
    .option("-f <format>", "output format, when the name does not say it")
    .addOption(new Option("--view <view>", "composite: the whole photo, alive; face: the aligned face alone; side-by-side: with the driver").choices(["composite", "face", "side-by-side"]).default("composite"))
    .option("--strength <s>", "0: the photo's own expression, 1: the driver's, up to 1.5", numberBetween(0, 1.5), 1)
    .addOption(new Option("--missing <what>", "shown while no face is found: the last expression, an ease back to the photo's own, or the driver's frame").choices(["hold", "ease", "driver"]).default("ease"))
    .option("--face <which>", "which face of the photo: largest, or the n-th from the left", parseFace, "largest")
    .option("--max-side <pixels>", "scale the photo down to this longer side", integerBetween(64, 16384))
    .addOption(new Option("--engine <engine>", "what runs the network").choices(["auto", "onnx", "tfjs"]).default("auto"))
    .addOption(new Option("--landmarks <source>", "what finds the face").choices(["auto", "mediapipe", "facemesh"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first")
    .option("--weights <folder>", "other weights than those of the package")
    .option("--batch <n>", "frames that go through the network together", integerBetween(1, 64), 4)
    .option("--crf <n>", "quality, lower is better (default: 18 for H.264, 28 for VP9)", numberBetween(0, 63))
    .option("--preset <preset>", "H.264 speed against size: ultrafast … veryslow (default: veryfast)")
    .option("--no-audio", "leave the sound out")
    .option("--no-cache", "do not keep the photo's identity embedding on disk")
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print the summary as JSON on the standard output")
    .addHelpText("after", EXAMPLES)
    .action((output: string, flags: RunFlags) => run(output, flags));
}

async function run(output: string, flags: RunFlags): Promise<void> {
  const { i, onto, f, y, n, ss, to, progress, json, ...options } = flags;
  const display = showProgress(progress ?? (process.stderr.isTTY ? "bar" : "json"));
  let last: Progress | undefined;
  let summary: Summary;
  try {
    const overwrite = y ?? (n ? false : await mayReplace(output));
    // Only now: help and mistakes in the command line need no models.
    const { reenact } = await import("../../pipeline/reenact.js");
    summary = await interruptible((signal) => reenact(
      { ...options, input: i, photo: onto, output, format: f, start: ss, end: to, overwrite },
      { signal, onProgress: (now) => display.update((last = now)), onNote: (note) => display.note(note) },
    ));
  } catch (error) {
    display.end();
    if (json) {
      const { code, message } = asReenactError(error);
      process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    }
    throw error;
  }
  display.end(last);
  for (const note of summary.notes) display.note(note);
  if (output === "-") return;
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${describe(summary)}\n`);
}

/** Asks, as ffmpeg does, where somebody can answer. */
async function mayReplace(output: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || !(await stat(output).then((found) => found.isFile(), () => false))) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${output} exists already. Replace it? [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}

function describe({ path, frames, duration, width, height, fps, faces, audio }: Summary): string {
  const sound = { none: "no sound", copied: "sound copied", encoded: "sound encoded" }[audio];
  const missing = faces < frames ? `, a face in ${faces} of them` : "";
  return `${path}: ${frames} frames${missing}, ${duration.toFixed(2)} s, ${width}×${height}, ${sound}, made at ${fps.toFixed(1)} frames/s`;
}

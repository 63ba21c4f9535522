import { createInterface } from "node:readline/promises";
import { stat } from "node:fs/promises";
import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import type { Progress, Summary } from "../../pipeline/progress.js";
import { interruptible } from "../interruptible.js";
import { asReenactError } from "../../as-reenact-error.js";
import { showProgress, type ProgressStyle } from "../show-progress.js";
import { addRenderOptions, settingsOf, type RenderFlags } from "./render-options.js";

interface RunFlags extends RenderFlags {
  i: string;
  onto: string;
  resume: boolean;
  y?: boolean;
  n?: boolean;
  progress?: ProgressStyle;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  reenact run -i driver.mp4 --onto photo.jpg out.mp4
  reenact run -i driver.mp4 -ss 0:10 -to 0:20 --onto photo.jpg --view side-by-side clip.webm
  reenact run -i rtsp://127.0.0.1/cam --onto photo.jpg -f mp4 - | ffplay -
  reenact run -i driver.mov --onto group.jpg --face 2 --missing hold frames/%05d.png

A video of more than a minute is made in segments: stopped or killed, the same
command goes on. Every frame of the input becomes a frame of the output, with its time and its sound. The output is marked as synthetic.
The photo's identity embedding is kept in the cache folder that reenact doctor names; --no-cache keeps nothing.`;

/** `reenact run`: one video onto one photo. */
export function runCommand(): Command {
  const command = new Command("run")
    .summary("reenact a video onto a photo")
    .description("Make the person on a photo show the expressions of the person in a video.")
    .argument("<output>", "mp4, webm, mov, mkv, gif, a sequence such as frame-%05d.png, or - with -f")
    .requiredOption("-i <input>", "the driver: a file, a URL, RTSP, or - for the standard input")
    .requiredOption("--onto <photo>", "the photo: JPEG, PNG, WebP, AVIF, TIFF, GIF")
    .option("-y", "replace the output when it exists")
    .option("-n", "never replace it (nor ask)")
    .option("--no-resume", "make a long video in one go: nothing is kept when it is stopped");
  return addRenderOptions(command)
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print the summary as JSON on the standard output; on the standard error, as {\"summary\":…}, where the video goes there")
    .addHelpText("after", EXAMPLES)
    .action((output: string, flags: RunFlags) => run(output, flags));
}

async function run(output: string, flags: RunFlags): Promise<void> {
  const { i, onto, y, n, resume, progress, json } = flags;
  // The standard output is the video's where that is asked for.
  const say = (value: object) => (output === "-" ? process.stderr : process.stdout).write(`${JSON.stringify(value)}\n`);
  const display = showProgress(progress ?? (process.stderr.isTTY ? "bar" : "json"));
  let last: Progress | undefined;
  let summary: Summary;
  try {
    if (y && n) throw new ReenactError("USAGE", "Expected either -y (replace) or -n (never replace) but received both: leave one out.");
    const settings = settingsOf(flags);
    const overwrite = y ?? (n ? false : await mayReplace(output));
    // Only now: help and mistakes in the command line need no models.
    const [{ reenact }, { reenactResumable }] = await Promise.all([import("../../pipeline/reenact.js"), import("../../jobs/run-long.js")]);
    summary = await interruptible((signal) => (resume ? reenactResumable : reenact)(
      { ...settings, input: i, photo: onto, output, overwrite },
      { signal, onProgress: (now) => display.update((last = now)), onNote: (note) => display.note(note) },
    ));
  } catch (error) {
    display.end();
    if (json) {
      const { code, message } = asReenactError(error);
      say({ error: { code, message } });
    }
    throw error;
  }
  display.end(last);
  if (json) say(output === "-" ? { summary } : summary);
  else if (output !== "-") process.stdout.write(`${describe(summary)}\n`);
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

function describe({ path, frames, resumed = 0, duration, width, height, fps, faces, audio }: Summary): string {
  const sound = { none: "no sound", copied: "sound copied", encoded: "sound encoded" }[audio];
  const missing = faces < frames ? `, a face in ${faces} of them` : "";
  const earlier = resumed > 0 ? ` (${resumed} of them made by an earlier run)` : "";
  return `${path}: ${frames} frames${earlier}${missing}, ${duration.toFixed(2)} s, ${width}×${height}, ${sound}, made at ${fps.toFixed(1)} frames/s`;
}

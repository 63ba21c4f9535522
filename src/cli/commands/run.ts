import { createInterface } from "node:readline/promises";
import { stat } from "node:fs/promises";
import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import type { Progress, Summary } from "../../pipeline/progress.js";
import type { LiveRunOptions, LiveSummary } from "../../server/run-live.js";
import { captureDevice } from "../../streams/capture-device.js";
import { isLiveTarget } from "../../streams/live-target.js";
import { interruptible } from "../interruptible.js";
import { asReenactError } from "../../as-reenact-error.js";
import { integerBetween, parseColor, parseSize } from "../parse-values.js";
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
  live?: boolean;
  size?: { width: number; height: number };
  fps?: number;
  background?: string;
  mark: boolean;
}

const EXAMPLES = `
Examples:
  reenact run -i driver.mp4 --onto photo.jpg out.mp4
  reenact run -i driver.mp4 -ss 0:10 -to 0:20 --onto photo.jpg --view side-by-side clip.webm
  reenact run -i rtsp://127.0.0.1/cam --onto photo.jpg -f mp4 - | ffplay -
  reenact run -i driver.mov --onto group.jpg --face 2 --missing hold frames/%05d.png
  reenact run -i /dev/video0 --onto photo.jpg v4l2:/dev/video9     a camera for calls (Linux)
  reenact run -f x11grab -i :0.0 --onto photo.jpg rtmp://example.org/live/key

A video of more than a minute is made in segments: stopped or killed, the same
command goes on. Every frame of the input becomes a frame of the output, with its time and its sound. The output is marked as synthetic.

A camera or screen as the input (/dev/video0, or ffmpeg's -f v4l2, x11grab,
avfoundation, dshow, gdigrab, lavfi before -i), an output that is shown at once
(v4l2:/dev/video9, rtmp://…, srt://…, udp://…, whip:https://…) or --live: the
photo follows the driver now, the newest frame first; frames that cannot be kept
up with are left out, and the output goes on at a constant rate, without sound,
until the driver ends or Ctrl-C. Pictures carry the word synthetic.

--view face keeps the photo's identity embedding in the cache folder that
reenact doctor names; --no-cache keeps nothing.`;

/** `reenact run`: one video onto one photo. */
export function runCommand(): Command {
  const command = new Command("run")
    .summary("reenact a video onto a photo")
    .description("Make the person on a photo show the expressions of the person in a video.")
    .argument("<output>", "mp4, webm, mov, mkv, gif, a sequence such as frame-%05d.png, - with -f, or where pictures are shown at once: v4l2:/dev/video9, rtmp://…")
    .requiredOption("-i <input>", "the driver: a file, a URL, RTSP, a camera such as /dev/video0, or - for the standard input")
    .requiredOption("--onto <photo>", "the photo: JPEG, PNG, WebP, AVIF, TIFF, GIF")
    .option("-y", "replace the output when it exists")
    .option("-n", "never replace it (nor ask)")
    .option("--live", "follow the driver now, also from a file or RTSP and into a file: see below")
    .addOption(new Option("--size <pixels>", "of live pictures, such as 1280x720 (default: the photo's)").argParser(parseSize))
    .option("--fps <n>", "live pictures a second (default: the driver's)", integerBetween(1, 60))
    .option("--background <colour>", "what is around live pictures", parseColor)
    .option("--no-mark", "live pictures do not carry the word synthetic")
    .option("--no-resume", "make a long video in one go: nothing is kept when it is stopped");
  return addRenderOptions(command)
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print the summary as JSON on the standard output; on the standard error, as {\"summary\":…}, where the video goes there")
    .addHelpText("after", EXAMPLES)
    .action((output: string, flags: RunFlags) => run(output, flags));
}

async function run(output: string, flags: RunFlags): Promise<void> {
  const { i, onto, y, n, resume, progress, json, size, fps: rate, background, mark } = flags;
  // The standard output is the video's where that is asked for.
  const say = (value: object) => (output === "-" ? process.stderr : process.stdout).write(`${JSON.stringify(value)}\n`);
  const display = showProgress(progress ?? (process.stderr.isTTY ? "bar" : "json"));
  let last: Progress | undefined;
  let summary: Summary | LiveSummary;
  try {
    if (y && n) throw new ReenactError("USAGE", "Expected either -y (replace) or -n (never replace) but received both: leave one out.");
    const settings = settingsOf(flags), live = isLive(output, flags);
    if (!live && (size ?? rate ?? background ?? (mark ? undefined : mark)) !== undefined) throw new ReenactError("USAGE", "Expected --size, --fps, --background and --no-mark only where pictures are live: add --live.");
    const overwrite = y ?? (n ? false : await mayReplace(output)), files = { input: i, photo: onto, output, overwrite };
    const hooks = { onProgress: (now: Progress) => display.update((last = now)), onNote: (note: string) => display.note(note) };
    // Only now: help and mistakes in the command line need no models.
    summary = await interruptible(async (signal) => {
      if (live) return (await import("../../server/run-live.js")).runLive({ ...liveSettings(settings), ...files, size, rate, background, mark }, { signal, ...hooks });
      const [{ reenact }, { reenactResumable }] = await Promise.all([import("../../pipeline/reenact.js"), import("../../jobs/run-long.js")]);
      return (resume ? reenactResumable : reenact)({ ...settings, ...files }, { signal, ...hooks });
    });
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
  else if (output !== "-") process.stdout.write(`${"to" in summary ? describeLive(summary) : describe(summary)}\n`);
}

/** Whether the driver is followed now: where somebody says so, and where input or output are of that kind. */
function isLive(output: string, { i, live }: RunFlags): boolean {
  return live ?? (isLiveTarget(output) || (captureDevice(i) !== undefined && output !== "-" && !output.includes("%")));
}

/** What there is to say of live pictures. @throws {ReenactError} USAGE for what there is not */
function liveSettings(settings: ReturnType<typeof settingsOf>): Partial<LiveRunOptions> {
  const { format, encoder, crf, preset, ...rest } = settings;
  if ([format, encoder, crf, preset].some((given) => given !== undefined)) {
    throw new ReenactError("USAGE", "Expected no -f, --crf, --encoder or --preset where pictures are live, which are encoded for speed: leave them out.");
  }
  return rest;
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

function describeLive({ to, pictures, rate, width, height, frames: { came, shown, faces }, seconds, fps, delay }: LiveSummary): string {
  const missing = faces < shown ? `, a face in ${faces} of them` : "";
  const ready = shown > 0 ? `, ready within ${Math.round(delay.p50)} ms (95 %: ${Math.round(delay.p95)} ms)` : "";
  return `${to}: ${pictures} pictures in ${seconds.toFixed(1)} s, ${rate} a second, ${width}×${height}, no sound; ${shown} of ${came} frames shown${missing}, ${fps.toFixed(1)} a second${ready}`;
}

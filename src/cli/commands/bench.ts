import { access, copyFile, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import type { ReenactOptions } from "../../pipeline/options.js";
import type { Progress } from "../../pipeline/progress.js";
import type { BenchRun } from "../bench/describe-bench.js";
import { interruptible } from "../interruptible.js";
import { packageFolder } from "../package-info.js";
import { evenBetween, integerBetween, parsePositiveTime, parseTimes } from "../parse-values.js";
import { showProgress, type ProgressStyle } from "../show-progress.js";

interface BenchFlags extends Pick<ReenactOptions, "engine" | "landmarks" | "weights" | "modelDir"> {
  driver?: string;
  photo?: string;
  seconds: number;
  lengths?: number[];
  size: number;
  batch: number;
  segments?: boolean;
  keep?: string;
  json?: boolean;
  progress?: ProgressStyle;
}

const HELP = `
The driver is repeated until it has the wanted length, as size×size at
30 frames/s with sound, and put onto the photo, which is scaled down to the
same size. The job runs in a process of its own; its resident memory and that
of its ffmpeg processes is sampled five times a second. Nothing is kept but
what --keep names, and no identity is taken from the cache or put into it.

Examples:
  reenact bench
  reenact bench --lengths 60,600          is memory the same for 1 and 10 minutes?
  reenact bench --seconds 600 --segments  what does it cost that a run can go on?
  reenact bench --engine tfjs --seconds 5 --json
  reenact bench --driver me.mp4 --photo you.jpg --keep out.mp4`;

/** `reenact bench`: speed and memory of the whole chain. */
export function benchCommand(): Command {
  return new Command("bench")
    .summary("measure speed and memory of the whole chain")
    .description("Measure the whole chain, from file to file: frames per second, milliseconds per stage, peak memory.")
    .option("--driver <file>", "the video (default: the package's examples/media/driver.mp4)")
    .option("--photo <file>", "the photo (default: the package's examples/media/photo.jpg)")
    .option("--seconds <time>", "length of the video, seconds or any time such as 1:30", parsePositiveTime, 20)
    .option("--lengths <times>", "several lengths, one after another, such as 60,600 (instead of --seconds)", parseTimes)
    .option("--size <pixels>", "side of driver and photo, even", evenBetween(64, 4096), 512)
    .addOption(new Option("--engine <engine>", "what runs the network").choices(["auto", "onnx", "tfjs"]).default("auto"))
    .addOption(new Option("--landmarks <source>", "what finds the face").choices(["auto", "mediapipe", "facemesh"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first (default: $REENACT_MODEL_DIR)")
    .option("--weights <folder>", "other weights than those of the package; small: the package's smaller network")
    .option("--batch <n>", "frames that go through the network together", integerBetween(1, 64), 4)
    .option("--segments", "make every length twice, in one go and in segments as reenact run makes long videos: what do they cost?")
    .option("--keep <file>", "keep the video that was made (of the last length) as this mp4; an existing file is replaced")
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print the measurement as one JSON object; memory in bytes, times in seconds, stages in milliseconds a frame")
    .addHelpText("after", HELP)
    .action((flags: BenchFlags) => interruptible((signal) => bench(flags, signal)));
}

async function bench(flags: BenchFlags, signal: AbortSignal): Promise<void> {
  const { size, batch, json, keep, progress = process.stderr.isTTY ? "bar" : "json" } = flags;
  const driver = await exampleOr(flags.driver, "driver.mp4", "--driver"), photo = await exampleOr(flags.photo, "photo.jpg", "--photo");
  const [{ makeUnit, loopUnit, BENCH_FPS }, { measureJob }, { describeBench }] = await Promise.all([
    import("../bench/loop-driver.js"), import("../bench/measure-job.js"), import("../bench/describe-bench.js"),
  ]);
  const machine = {
    cores: availableParallelism(), cpu: cpus().at(0)?.model.trim() ?? "unknown", memory: totalmem(), load: loadavg()[0],
    node: process.version, platform: process.platform, arch: process.arch,
  };
  const folder = await mkdtemp(join(tmpdir(), "reenact-bench-"));
  try {
    const loop = { driver, folder, size, signal }, output = join(folder, "out.mp4");
    const unit = await makeUnit(loop);
    const runs: BenchRun[] = [];
    for (const seconds of flags.lengths ?? [flags.seconds]) {
      const input = await loopUnit(unit, seconds, loop);
      const { engine, landmarks, weights, modelDir } = flags;
      for (const inSegments of flags.segments ? [false, true] : [false]) {
        const display = showProgress(progress);
        let last: Progress | undefined;
        try {
          const files = { input, photo: resolve(photo), output, overwrite: true, maxSide: size, cache: false };
          const cost = await measureJob(
            { ...files, engine, landmarks, weights, modelDir, batch }, inSegments,
            { signal, onProgress: (now) => display.update((last = now)), onNote: (note) => display.note(note) },
          );
          runs.push({ seconds, inSegments, ...cost });
        } finally {
          display.end(last);
        }
      }
      await rm(input);
    }
    if (keep !== undefined) await copyFile(output, keep);
    const report = { machine, driver, photo, size, frameRate: BENCH_FPS, batch, runs };
    process.stdout.write(`${json ? JSON.stringify(report) : describeBench(report)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws ReenactError INPUT_NOT_FOUND for a file that was named, MODEL_MISSING for one of the package */
async function exampleOr(named: string | undefined, example: string, option: string): Promise<string> {
  const path = named ?? join(packageFolder(), "examples", "media", example);
  try {
    await access(path);
    return path;
  } catch (cause) {
    if (named !== undefined) throw new ReenactError("INPUT_NOT_FOUND", `Expected a file for ${option} but there is no \`${named}\`: check its name.`, { cause });
    throw new ReenactError("MODEL_MISSING", `Expected the package's ${path} but it is not there: install the package again, or name a file with ${option}.`, { cause });
  }
}

import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import type { DatasetProgress, DatasetSummary } from "../../model/synthesis/dataset-builder.js";
import { framesCommand } from "./dataset-frames.js";
import { interruptible } from "../interruptible.js";
import type { LeftOut } from "../../model/synthesis/sure-frames.js";
import type { VideoSummary } from "../../pipeline/video-sources.js";
import { integerBetween } from "../parse-values.js";
import { counting, type CountStyle } from "../counting.js";

interface BuildFlags {
  photos: string;
  basis: string;
  videos?: string;
  frames: number;
  out: string;
  expressions: number;
  pool: number;
  seed: number;
  workers: number;
  modelDir?: string;
  progress?: CountStyle;
  json?: boolean;
}

const HELP = `
Every photo's largest face is found, and its person is rendered neutral and
with expressions out of a common pool, as aligned 96×96 crops: what reenact
train reads. A tenth of the people is held out to judge the training by.
The photos' index.csv, where there is one, has a column file and may have set,
id, person and weight (how often trainers draw it); photos of one person share
their person. Without an index every photo is a person of its own.
The same seed, photos and basis give the same dataset. A build that fails or is
stopped leaves nothing.

With --videos, frames of real people become sources beside the synthesised ones:
crops registered as a driver's are, with what MediaPipe reads in them, counted
from how the person of the video rests. Photos wear what they show. The videos
in a subfolder show one person, a video in the folder itself a person of its
own; a tenth of them is held out too. Frames are left out that show no face, a
small or turned one, or stand next to a cut, and those that are like others.

MediaPipe's face_landmarker.task is needed: in --model-dir, in the cache, or fetched once.

Examples:
  reenact dataset build --photos people/ --basis basis/ --out data/
  reenact dataset build --photos people/ --basis basis/ --out small/ --expressions 4 --pool 32 --progress json
  reenact dataset build --photos people/ --videos clips/ --basis basis/ --out real/`;

/** `reenact dataset build`: training data from photos. */
export function datasetCommand(): Command {
  return new Command("dataset")
    .summary("make training data from photos")
    .description("Make training data: people on photos with synthesised expressions.")
    .addCommand(buildCommand())
    .addCommand(framesCommand());
}

function buildCommand(): Command {
  return new Command("build")
    .summary("synthesise expressions of the people on photos")
    .description("Build a dataset for reenact train: synthesised expressions of the people on photos.")
    .requiredOption("--photos <folder>", "photos of faces from the front, with or without an index.csv")
    .requiredOption("--basis <folder>", "the face basis: how expressions move the points of a face")
    .option("--videos <folder>", "videos that show one person each: their frames become sources too")
    .option("--frames <n>", "frames of every video, at most", integerBetween(1, 512), 48)
    .requiredOption("--out <folder>", "the dataset to make; it must not exist yet")
    .option("--expressions <n>", "expressions per photo besides neutral", integerBetween(1, 10_000), 16)
    .option("--pool <n>", "different expressions in all, neutral included", integerBetween(2, 100_000), 384)
    .option("--seed <n>", "what the drawing of expressions starts from", integerBetween(0, 2 ** 31), 1)
    .option("--workers <n>", "threads that render", integerBetween(1, 256), Math.min(8, availableParallelism()))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first (default: $REENACT_MODEL_DIR)")
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print the summary as JSON on the standard output, with every photo that was left out and why")
    .addHelpText("after", HELP)
    .action((flags: BuildFlags) => interruptible((signal) => build(flags, signal)));
}

const STAGES: Readonly<Record<DatasetProgress["stage"], string>> = { faces: "finding faces", render: "rendering" };

async function build({ modelDir, videos, frames, progress = process.stderr.isTTY ? "bar" : "json", json, ...options }: BuildFlags, signal: AbortSignal): Promise<void> {
  const [{ openLandmarks }, { buildDataset }, { VideoSources }] = await Promise.all([
    import("../../model/landmarks/open-landmarks.js"), import("../../model/synthesis/dataset-builder.js"), import("../../pipeline/video-sources.js"),
  ]);
  const landmarks = await openLandmarks({ kind: "mediapipe", modelDir, signal });
  const { summary, sources } = await counting(progress, videos === undefined ? "photos" : "files", async (update) => {
    const sources = videos === undefined ? undefined : await VideoSources.open({ videos, frames, basis: options.basis, landmarks, signal }, (done, total) => update("reading videos", done, total));
    const summary = await buildDataset({ ...options, landmarks, signal, frames: sources?.read() }, ({ stage, done, total }) => update(STAGES[stage], done, total));
    return { summary, sources: sources?.summary };
  }).finally(() => landmarks.close());
  process.stdout.write(json ? `${JSON.stringify({ path: options.out, ...summary, videos: sources })}\n` : `${describe(options.out, summary, sources)}\n`);
}

function describe(out: string, { photos, people, samples, skipped }: DatasetSummary, sources: VideoSummary | undefined): string {
  const left = skipped.map(({ file, reason }) => `left out: ${file} ${reason}`);
  return [...left, ...(sources ? describeVideos(sources) : []), `${out}: ${samples} pictures of ${people} people on ${photos} photos`].join("\n");
}

const WHY: Readonly<Record<keyof LeftOut, string>> = {
  noFace: "without a face", noScores: "without scores", small: "with a small face", turned: "turned away", cut: "next to a cut", alike: "like others",
};

function describeVideos({ videos, people, looked, frames, left, skipped }: VideoSummary): string[] {
  const why = (Object.keys(WHY) as (keyof LeftOut)[]).filter((name) => left[name] > 0).map((name) => `${left[name]} ${WHY[name]}`);
  return [
    ...skipped.map((path) => `left out: ${path} has no frame that is sure`),
    `${frames} frames of ${people} people out of ${looked} in ${videos} videos${why.length > 0 ? `; left out: ${why.join(", ")}` : ""}`,
  ];
}

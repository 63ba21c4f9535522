import { Command, Option } from "commander";
import { interruptible } from "../interruptible.js";
import { integerBetween } from "../parse-values.js";
import { counting, type CountStyle } from "../counting.js";

interface FramesFlags {
  videos: string;
  out: string;
  frames: number;
  landmarks: "auto" | "mediapipe" | "facemesh";
  modelDir?: string;
  progress?: CountStyle;
  json?: boolean;
}

const HELP = `
Of every video the frames whose expressions differ most become photos, with an
index.csv that says who is who: the videos in a subfolder show one person, a
video in the folder itself a person of its own. A dataset built from them has
real pairs: one person with two expressions.

Example:
  reenact dataset frames --videos people/ --out photos/
  reenact dataset build --photos photos/ --basis basis/ --out data/`;

/** `reenact dataset frames`: photos out of videos of people. */
export function framesCommand(): Command {
  return new Command("frames")
    .summary("take photos with different expressions out of videos of people")
    .description("Take photos out of videos of people, for reenact dataset build.")
    .requiredOption("--videos <folder>", "videos that show one person each")
    .requiredOption("--out <folder>", "the photos to make; it must not exist yet")
    .option("--frames <n>", "photos of every video, at most", integerBetween(1, 48), 6)
    .addOption(new Option("--landmarks <source>", "what finds the face").choices(["auto", "mediapipe", "facemesh"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first (default: $REENACT_MODEL_DIR)")
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print the summary as JSON on the standard output, with every video that shows no face")
    .addHelpText("after", HELP)
    .action((flags: FramesFlags) => interruptible((signal) => run(flags, signal)));
}

async function run({ landmarks: kind, modelDir, progress = process.stderr.isTTY ? "bar" : "json", json, ...options }: FramesFlags, signal: AbortSignal): Promise<void> {
  const [{ openLandmarks }, { collectFrames }] = await Promise.all([
    import("../../model/landmarks/open-landmarks.js"), import("../../pipeline/collect-frames.js"),
  ]);
  const landmarks = await openLandmarks({ kind, modelDir, blendshapes: false, signal });
  const summary = await counting(progress, "videos", (update) =>
    collectFrames({ ...options, landmarks, signal }, (done, total) => update("taking frames", done, total)))
    .finally(() => landmarks.close());
  const { photos, people, videos, skipped } = summary;
  const told = [...skipped.map((path) => `left out: ${path} shows no face`), `${options.out}: ${photos} photos of ${people} people out of ${videos} videos`];
  process.stdout.write(json ? `${JSON.stringify({ path: options.out, ...summary })}\n` : `${told.join("\n")}\n`);
}

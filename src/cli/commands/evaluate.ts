import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import type { EngineKind } from "../../model/engines/open-engine.js";
import type { FaceChoice } from "../../model/landmarks/pick-face.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween, parseEntry, parseFace } from "../parse-values.js";
import { counting, type CountStyle } from "../counting.js";
import { addCutOptions, addDrivingOptions, type RenderFlags } from "./render-options.js";

interface EvaluateFlags extends Pick<RenderFlags, "ss" | "to" | "duration" | "strength" | "head" | "headStrength" | "gaze" | "expression" | "neutral"> {
  data?: string;
  drivers?: string;
  ceiling?: boolean;
  keepVideos?: boolean;
  out?: string;
  output?: string;
  driver?: string;
  photo?: string;
  face: FaceChoice;
  weights?: string;
  compare: [name: string, folder: string][];
  wildSet: string[];
  wild?: string;
  photos?: string;
  basis?: string;
  pairs?: number;
  grid: number;
  seed: number;
  threshold?: number;
  engine: EngineKind;
  landmarks: "auto" | "mediapipe" | "facemesh";
  modelDir?: string;
  progress?: CountStyle;
  json?: boolean;
}

/** What the tables call the network of --weights. */
const MAIN = "ours";
/** Pairs of every test of a network, at most. */
const PAIRS = 300;

const HELP = `
Every pair goes through the network and through what it has to beat: the photo
just copied and, with --photos and --basis, the plain landmark warp; with these
two, what is shown in the photo itself is measured too. Judged by two networks
that no loss knows: Face-Verf, the share of the pictures taken for the photo's
person, and Exp-Sim, the likeness of the expressions; beside them distance to the
truth, landmarks, identity leakage and, with MediaPipe's model, its expression
scores. The verifier's threshold is calibrated on the dataset's real photos of
one person and of two. The same seed gives the same report.

The folder of the report:
  report.html     everything in one page, with pictures
  report.md       the same tables, and pictures-*.png beside it
  report.json     every figure

With --drivers real clips are reenacted onto real photos as reenact run does it,
and MediaPipe judges what comes out, frame by frame, beside the driver, without
any truth: how every movement, head and gaze are followed (correlation, size),
ExpSim, likeness, leakage, trembling, sharpness; with intervals over people, for
--compare and --ceiling, too. Each driver moves two photos drawn by --seed unless
--pairs says how many pairs there are; the report has a strip of faces for each.

With --output a finished video is scored instead, whoever made it: how it
follows the driver over time, and whom it shows.

Examples:
  reenact evaluate --data data/ --out report/
  reenact evaluate --data data/ --out report/ --wild-set congress --photos people/ --basis basis/
  reenact evaluate --data data/ --out report/ --weights runs/mine/weights --compare plain=runs/plain/weights
  reenact evaluate --drivers clips/ --photos people/ --out report/ --to 0:10 --ceiling
  reenact evaluate --output out.mp4 --driver driver.mp4 --photo photo.jpg`;

/** `reenact evaluate`: how good the network is, on held-out people. */
export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .summary("measure how good the network is")
    .description("Measure the network on people it never saw: identity, expression, distance to the truth, against baselines.")
    .option("--data <folder>", "the dataset, of reenact dataset build; its held-out people are evaluated")
    .option("--out <folder>", "the report to make; it must not exist yet")
    .option("--drivers <folder>", "real clips (a subfolder's show one person) that move the photos of --photos, judged without a truth")
    .option("--output <file>", "score this finished video instead of the network")
    .option("--driver <file>", "with --output: the video that it follows, of the same timeline")
    .option("--photo <file>", "with --output: the photo that was moved, to judge whom it shows")
    .option("--face <which>", "with --photo or --drivers: which face of the photo: largest, or the number of the face from the left", parseFace, "largest")
    .option("--weights <folder>", "other weights than those of the package; small: the package's smaller network")
    .option("--compare <name=folder>", "further weights, such as an ablation; may be repeated", collect(parseEntry), [])
    .option("--wild-set <set>", "\"in the wild\": a set of the dataset to be kept apart; may be repeated", collect((set) => set), [])
    .option("--wild <folder>", "\"in the wild\": a second dataset, from another source (instead of --wild-set)")
    .option("--photos <folder>", "with --drivers: the photos that are moved; with --data: those it was built from, for what is shown in them and for the landmark warp")
    .option("--basis <folder>", "the face basis, for the landmark warp")
    .option("--pairs <n>", "pairs of every test, at most (default: 300; with --drivers: each on two photos)", integerBetween(1, 1e6))
    .option("--grid <n>", "pairs of every test to show in pictures", integerBetween(0, 100), 8)
    .option("--seed <n>", "what the drawing of pairs starts from", integerBetween(0, 2 ** 31), 1)
    .option("--ceiling", "with --drivers: what MediaPipe scores in the driver on the photo's rig, too: what a perfect reading would reach")
    .option("--keep-videos", "with --drivers: keep what was made, in the report's folder")
    .option("--threshold <cosine>", "from which on two faces are one person's (default: calibrated)", numberBetween(-1, 1))
    .addOption(new Option("--engine <engine>", "what runs the network").choices(["auto", "onnx", "tfjs"]).default("auto"))
    .addOption(new Option("--landmarks <source>", "what finds landmarks").choices(["auto", "mediapipe", "facemesh"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first (default: $REENACT_MODEL_DIR)");
  return addDrivingOptions(addCutOptions(command.optionsGroup("With --drivers, as of reenact run:"))).optionsGroup("Options:")
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print every figure as JSON on the standard output")
    .addHelpText("after", HELP)
    .action((flags: EvaluateFlags) => interruptible((signal) => run(flags, signal)));
}

function collect<T>(parse: (text: string) => T): (text: string, before: T[]) => T[] {
  return (text, before) => [...before, parse(text)];
}

async function run({ progress = process.stderr.isTTY ? "bar" : "json", output, ...flags }: EvaluateFlags, signal: AbortSignal): Promise<void> {
  if (flags.drivers !== undefined) return evaluateDrivers({ ...flags, drivers: flags.drivers, output, progress }, signal);
  if (output === undefined) return evaluateNetwork({ ...flags, progress }, signal);
  if (flags.data !== undefined || flags.out !== undefined) throw new ReenactError("USAGE", "Expected --output or --data with --out but not both: a finished video is scored, or the network.");
  const { evaluateVideo } = await import("../evaluate-video.js");
  return evaluateVideo({ ...flags, output, progress }, signal);
}

async function evaluateNetwork({ data, out, json, progress, ...flags }: EvaluateFlags & { progress: CountStyle }, signal: AbortSignal): Promise<void> {
  if (data === undefined || out === undefined) throw new ReenactError("USAGE", "Expected --data or --drivers, and --out: name a dataset, or clips, and a folder for the report.");
  if ((flags.photos === undefined) !== (flags.basis === undefined)) throw new ReenactError("USAGE", "Expected --photos and --basis together: the landmark warp needs both.");
  if (flags.wild !== undefined && flags.wildSet.length > 0) throw new ReenactError("USAGE", "Expected --wild or --wild-set but not both: name a second dataset, or sets of this one.");
  const networks = networksOf(flags);
  const [{ openLandmarks }, { evaluate }, { writeReport }, { checkReportFolder }, { markdownTable }, { summaryTable }] = await Promise.all([
    import("../../model/landmarks/open-landmarks.js"), import("../../model/evaluation/evaluate.js"), import("../../model/evaluation/write-report.js"), import("../../model/evaluation/report-folder.js"),
    import("../../model/evaluation/report-markdown.js"), import("../../model/evaluation/report-tables.js"),
  ]);
  await checkReportFolder(out);
  const { photos, basis, wildSet } = flags;
  const originals = photos === undefined || basis === undefined ? undefined : { photos, basis };
  const landmarks = await openLandmarks({ kind: originals ? "mediapipe" : flags.landmarks, modelDir: flags.modelDir, signal });
  const evaluation = await counting(progress, "pairs", async (update) => {
    const measured = await evaluate({ ...flags, data, networks, pairs: flags.pairs ?? PAIRS, originals, landmarks, wildSets: wildSet, signal }, update);
    await writeReport(out, measured);
    return measured;
  }).finally(() => landmarks.close());
  const { report } = evaluation;
  process.stdout.write(json ? `${JSON.stringify({ path: out, ...report })}\n` : `${markdownTable(summaryTable(report)).join("\n")}\n${out}/report.html\n`);
}

async function evaluateDrivers(
  { data, output, driver, basis, wild, wildSet, ...flags }: EvaluateFlags & { drivers: string; progress: CountStyle }, signal: AbortSignal,
): Promise<void> {
  if ([data, output, driver, basis, wild, ...wildSet].some((given) => given !== undefined)) {
    throw new ReenactError("USAGE", "Expected --drivers without --data, --output, --driver, --basis and --wild: real clips are evaluated, or one of the others.");
  }
  const { evaluateDriversCommand } = await import("../evaluate-drivers.js");
  return evaluateDriversCommand({ ...flags, networks: networksOf(flags) }, signal);
}

/** The networks to compare, the main one first. @throws ReenactError USAGE when a name comes twice */
function networksOf({ weights, compare }: Pick<EvaluateFlags, "weights" | "compare">): { name: string; weights: string | undefined }[] {
  const names = [MAIN, ...compare.map(([name]) => name)], twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ReenactError("USAGE", `Expected a name of its own for every --compare but ${twice} comes twice (${MAIN} is that of --weights): choose another.`);
  return [{ name: MAIN, weights }, ...compare.map(([name, folder]) => ({ name, weights: folder }))];
}

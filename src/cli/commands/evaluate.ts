import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import type { EngineKind } from "../../model/engines/open-engine.js";
import type { FaceChoice } from "../../model/landmarks/pick-face.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween, parseEntry, parseFace } from "../parse-values.js";
import { counting, type CountStyle } from "../counting.js";

interface EvaluateFlags {
  data?: string;
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
  pairs: number;
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

With --output a finished video is scored instead, whoever made it: how it
follows the driver over time, and whom it shows.

Examples:
  reenact evaluate --data data/ --out report/
  reenact evaluate --data data/ --out report/ --wild-set congress --photos people/ --basis basis/
  reenact evaluate --data data/ --out report/ --weights runs/mine/weights --compare plain=runs/plain/weights
  reenact evaluate --output out.mp4 --driver driver.mp4 --photo photo.jpg`;

/** `reenact evaluate`: how good the network is, on held-out people. */
export function evaluateCommand(): Command {
  return new Command("evaluate")
    .summary("measure how good the network is")
    .description("Measure the network on people it never saw: identity, expression, distance to the truth, against baselines.")
    .option("--data <folder>", "the dataset, of reenact dataset build; its held-out people are evaluated")
    .option("--out <folder>", "the report to make; it must not exist yet")
    .option("--output <file>", "score this finished video instead of the network")
    .option("--driver <file>", "with --output: the video that it follows, of the same timeline")
    .option("--photo <file>", "with --output: the photo that was moved, to judge whom it shows")
    .option("--face <which>", "with --photo: largest, or the number of the face from the left", parseFace, "largest")
    .option("--weights <folder>", "other weights than those of the package")
    .option("--compare <name=folder>", "further weights, such as an ablation; may be repeated", collect(parseEntry), [])
    .option("--wild-set <set>", "\"in the wild\": a set of the dataset to be kept apart; may be repeated", collect((set) => set), [])
    .option("--wild <folder>", "\"in the wild\": a second dataset, from another source (instead of --wild-set)")
    .option("--photos <folder>", "the photos the dataset was built from, for what is shown in them and for the landmark warp")
    .option("--basis <folder>", "the face basis, for the landmark warp")
    .option("--pairs <n>", "pairs of every test, at most", integerBetween(1, 1e6), 300)
    .option("--grid <n>", "pairs of every test to show in pictures", integerBetween(0, 100), 8)
    .option("--seed <n>", "what the drawing of pairs starts from", integerBetween(0, 2 ** 31), 1)
    .option("--threshold <cosine>", "from which on two faces are one person's (default: calibrated)", numberBetween(-1, 1))
    .addOption(new Option("--engine <engine>", "what runs the network").choices(["auto", "onnx", "tfjs"]).default("auto"))
    .addOption(new Option("--landmarks <source>", "what finds landmarks").choices(["auto", "mediapipe", "facemesh"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first (default: $REENACT_MODEL_DIR)")
    .addOption(new Option("--progress <style>", "on the standard error (default: bar on a terminal, json otherwise)").choices(["bar", "json", "none"]))
    .option("--json", "print every figure as JSON on the standard output")
    .addHelpText("after", HELP)
    .action((flags: EvaluateFlags) => interruptible((signal) => run(flags, signal)));
}

function collect<T>(parse: (text: string) => T): (text: string, before: T[]) => T[] {
  return (text, before) => [...before, parse(text)];
}

async function run({ progress = process.stderr.isTTY ? "bar" : "json", output, ...flags }: EvaluateFlags, signal: AbortSignal): Promise<void> {
  if (output === undefined) return evaluateNetwork({ ...flags, progress }, signal);
  if (flags.data !== undefined || flags.out !== undefined) throw new ReenactError("USAGE", "Expected --output or --data with --out but not both: a finished video is scored, or the network.");
  const { evaluateVideo } = await import("../evaluate-video.js");
  return evaluateVideo({ ...flags, output, progress }, signal);
}

async function evaluateNetwork({ data, out, json, progress, ...flags }: EvaluateFlags & { progress: CountStyle }, signal: AbortSignal): Promise<void> {
  if (data === undefined || out === undefined) throw new ReenactError("USAGE", "Expected --data and --out: name a dataset, and a folder for the report.");
  if ((flags.photos === undefined) !== (flags.basis === undefined)) throw new ReenactError("USAGE", "Expected --photos and --basis together: the landmark warp needs both.");
  if (flags.wild !== undefined && flags.wildSet.length > 0) throw new ReenactError("USAGE", "Expected --wild or --wild-set but not both: name a second dataset, or sets of this one.");
  const names = [MAIN, ...flags.compare.map(([name]) => name)], twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ReenactError("USAGE", `Expected a name of its own for every --compare but ${twice} comes twice (${MAIN} is that of --weights): choose another.`);
  const [{ openLandmarks }, { evaluate }, { checkReportFolder, writeReport }, { markdownTable }, { summaryTable }] = await Promise.all([
    import("../../model/landmarks/open-landmarks.js"), import("../../model/evaluation/evaluate.js"), import("../../model/evaluation/write-report.js"),
    import("../../model/evaluation/report-markdown.js"), import("../../model/evaluation/report-tables.js"),
  ]);
  await checkReportFolder(out);
  const { photos, basis, weights, compare, wildSet } = flags;
  const originals = photos === undefined || basis === undefined ? undefined : { photos, basis };
  const landmarks = await openLandmarks({ kind: originals ? "mediapipe" : flags.landmarks, modelDir: flags.modelDir, signal });
  const evaluation = await counting(progress, "pairs", async (update) => {
    const networks = [{ name: MAIN, weights }, ...compare.map(([name, folder]) => ({ name, weights: folder }))];
    const measured = await evaluate({ ...flags, data, networks, originals, landmarks, wildSets: wildSet, signal }, update);
    await writeReport(out, measured);
    return measured;
  }).finally(() => landmarks.close());
  const { report } = evaluation;
  process.stdout.write(json ? `${JSON.stringify({ path: out, ...report })}\n` : `${markdownTable(summaryTable(report)).join("\n")}\n${out}/report.html\n`);
}

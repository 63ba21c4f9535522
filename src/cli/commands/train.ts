import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import { STAGES } from "../../model/training/stage-names.js";
import type { TrainOptions, TrainProgress } from "../../model/training/train.js";
import { clock } from "../format-values.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween } from "../parse-values.js";

type Part = "attention-loss" | "ceb";

interface TrainFlags extends Omit<TrainOptions, "network" | "init" | "signal"> {
  init?: string;
  without: Part[];
  progress: "text" | "json" | "none";
}

const HELP = `
The folder of the run:
  run.json        the settings
  log.jsonl       losses and images/s, and with each grid how far the pictures
                  of held-out people are from the truth
  grids/          held-out people, a row a pair: source, target, painted, mask,
                  output, truth
  checkpoint/     what the run goes on from
  weights/        the averaged weights, as reenact run --weights takes them

The same command again goes on with the run in --out, up to --steps. Ctrl-C
saves a checkpoint first (exit code 130). On two cores native TensorFlow makes
about 10 images/s, wasm a fraction of that: scripts/setup-tensorflow.sh sets
native TensorFlow up once.

Examples:
  reenact train --data data/ --out runs/first --steps 3000
  reenact train --data mine/ --out runs/mine --init runs/first/weights --steps 1000 --learning-rate 1e-4
  reenact train --data data/ --out runs/plain --without attention-loss --without ceb`;

/** `reenact train`: weights from a dataset. */
export function trainCommand(): Command {
  return new Command("train")
    .summary("train the network on a dataset")
    .description("Train a stage of the network on a dataset that reenact dataset build made.")
    .requiredOption("--data <folder>", "the dataset")
    .requiredOption("--out <folder>", "the run: made, or gone on with when it is there")
    .addOption(new Option("--stage <stage>", "what is trained: expression (its encoder alone), identity (its encoder alone), decoder (the encoders frozen), joint (everything)").choices(STAGES).default("joint"))
    .option("--steps <n>", "steps in all, those of earlier sessions counted in", integerBetween(1, 1e8), 2000)
    .option("--batch <n>", "pairs of pictures per step", integerBetween(1, 1024), 16)
    .option("--learning-rate <rate>", "Adam's", numberBetween(1e-8, 1), 3e-4)
    .option("--decay <share>", "the last share of the steps, 0 to 1, over which the rate falls linearly to a tenth", numberBetween(0, 1), 0.3)
    .option("--seed <n>", "what fresh weights and the drawing of pairs start from", integerBetween(0, 2 ** 31), 1)
    .addOption(new Option("--backend <backend>", "what tfjs computes with; auto takes native TensorFlow where it is, else wasm").choices(["auto", "tensorflow", "webgpu", "wasm"]).default("auto"))
    .option("--init <folder>", "weights to start from instead of fresh ones; those that do not fit are left out")
    .option("--log-every <steps>", "steps between lines of progress", integerBetween(1, 1e6), 10)
    .option("--save-every <steps>", "steps between checkpoints", integerBetween(1, 1e6), 200)
    .option("--grid-every <steps>", "steps between picture grids", integerBetween(1, 1e6), 200)
    .addOption(new Option("--without <part...>", "build the network without a part, for comparison: attention-loss (supervised expression attention), ceb (cross-encoder bilinear pooling); may be repeated")
      .choices(["attention-loss", "ceb"]).default([], "with both"))
    .addOption(new Option("--progress <style>", "on the standard error").choices(["text", "json", "none"]).default("text"))
    .addHelpText("after", HELP)
    .action((flags: TrainFlags) => interruptible((signal) => run(flags, signal)));
}

async function run({ init, without, progress: style, ...options }: TrainFlags, signal: AbortSignal): Promise<void> {
  const [{ train }, { loadWeights }] = await Promise.all([
    import("../../model/training/train.js"), import("../../model/weights/load-weights.js"),
  ]);
  const weights = init === undefined ? undefined : (await loadWeights(init)).weights;
  const network = { attention: !without.includes("attention-loss"), bilinear: !without.includes("ceb") };
  let last: TrainProgress | undefined;
  await train({ ...options, network, init: weights, signal }, (progress) => {
    last = progress;
    if (style === "text") process.stderr.write(`${describe(progress, options.batch)}\n`);
    if (style === "json") say("continue", progress, options.batch);
  });
  if (signal.aborted) throw new ReenactError("ABORTED", `Stopped with a checkpoint in ${options.out}: the same command goes on from there.`);
  if (style === "json") say("end", last, options.batch);
  process.stdout.write(`${options.out}/weights\n`);
}

function secondsLeft({ step, steps, imagesPerSecond }: TrainProgress, batch: number): number {
  return ((steps - step) * batch) / imagesPerSecond;
}

function say(state: "continue" | "end", progress: TrainProgress | undefined, batch: number): void {
  const eta = progress && Math.round(secondsLeft(progress, batch));
  process.stderr.write(`${JSON.stringify({ progress: state, ...progress, eta })}\n`);
}

function describe(progress: TrainProgress, batch: number): string {
  const { step, steps, losses, imagesPerSecond, heldOut } = progress;
  const values = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(4)}`).join("  ");
  const line = `step ${step}/${steps}  ${values}  ${imagesPerSecond.toFixed(1)} images/s  ETA ${clock(secondsLeft(progress, batch))}`;
  if (!heldOut) return line;
  const { moved, painted, copied, told } = heldOut;
  const figures = Object.entries({ moved, painted, copied }).map(([name, { all, expressive }]) => `${name} ${all.toFixed(4)} (${expressive.toFixed(4)})`);
  return `${line}\n  held out, mean difference to the truth (where expressions show): ${figures.join("  ")}
  held out, what e tells (correlation): ${Object.entries(told).map(([name, r]) => `${name} ${r.toFixed(2)}`).join("  ")}`;
}

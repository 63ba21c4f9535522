import { Command, Option } from "commander";
import { ReenactError } from "../../errors.js";
import { loadTfjs } from "../../model/engines/load-tfjs.js";
import { PERCEPTUAL_KINDS } from "../../model/perceptual/perceptual-config.js";
import type { PerceptualProgress, PerceptualTrainOptions } from "../../model/perceptual/train-perceptual.js";
import { describeProgress, secondsLeft } from "../describe-training.js";
import { alone } from "../alone.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween } from "../parse-values.js";

interface PerceptualFlags extends Omit<PerceptualTrainOptions, "signal" | "channels"> {
  progress: "text" | "json" | "none";
}

const HELP = `
Both networks are needed; reenact train --perceptual takes the folder. Beside
identity.safetensors, identity.json (or expression.…) it holds identity-run/:
run.json, log.jsonl and the checkpoint that the same command goes on from.

The log's held-out figures: of identity accuracy, the share of expressions never
trained on whose person is found among the training people, and strangers, how
often two pictures of one person of the test half are more alike than pictures
of two (0.5 is chance); of expression the correlations, over people of the test
half, of what is told with what is shown.

A network of your own takes the place of one of ours: a tfjs graph or layers
model in FOLDER/identity/model.json or FOLDER/expression/model.json that takes
[batch, side, side, 3]. Beside it input.json may say {"size": 160, "range":
[0, 255], "colours": "bgr", "outputs": ["names", "to compare"]}; else range is
[-1, 1] and the model's outputs are compared. ONNX files are refused: the loss
needs gradients, and onnxruntime only runs forward. Convert them to tfjs.
Depthwise convolutions have no gradient on wasm.

Examples:
  reenact train-perceptual --which identity --data data/ --out runs/perceptual
  reenact train-perceptual --which expression --data data/ --out runs/perceptual
  reenact train --data data/ --out runs/decoder --stage decoder --perceptual runs/perceptual`;

/** `reenact train-perceptual`: the networks of L_id and L_e from a dataset. */
export function trainPerceptualCommand(): Command {
  return new Command("train-perceptual")
    .summary("train the networks of the perceptual losses")
    .description("Train one of the two perceptual networks on a dataset that reenact dataset build made: identity tells its people apart, expression tells its expression weights.")
    .addOption(new Option("--which <network>", "the one to train").choices(PERCEPTUAL_KINDS).makeOptionMandatory())
    .requiredOption("--data <folder>", "the dataset")
    .requiredOption("--out <folder>", "the folder of the two networks")
    .option("--steps <n>", "steps in all, those of earlier sessions counted in", integerBetween(1, 1e8), 3000)
    .option("--batch <n>", "pictures per step", integerBetween(1, 1024), 32)
    .option("--learning-rate <rate>", "Adam's", numberBetween(1e-8, 1), 1e-3)
    .option("--decay <share>", "the last share of the steps, 0 to 1, over which the rate falls linearly to a tenth", numberBetween(0, 1), 0.5)
    .option("--seed <n>", "what fresh weights and the drawing of pictures start from", integerBetween(0, 2 ** 31), 1)
    .addOption(new Option("--backend <backend>", "what tfjs computes with; auto takes native TensorFlow where it is, else wasm").choices(["auto", "tensorflow", "webgpu", "wasm"]).default("auto"))
    .option("--log-every <steps>", "steps between lines of progress", integerBetween(1, 1e6), 10)
    .option("--save-every <steps>", "steps between checkpoints", integerBetween(1, 1e6), 200)
    .option("--look-every <steps>", "steps between looks at held-out people", integerBetween(1, 1e6), 200)
    .addOption(new Option("--progress <style>", "on the standard error").choices(["text", "json", "none"]).default("text"))
    .addHelpText("after", HELP)
    .action(({ lookEvery, ...flags }: PerceptualFlags & { lookEvery: number }) => interruptible(
      (signal) => alone(flags.out, () => run({ ...flags, gridEvery: lookEvery }, signal)),
    ));
}

async function run({ progress: style, ...options }: PerceptualFlags, signal: AbortSignal): Promise<void> {
  const { trainPerceptual } = await loadTfjs(() => import("../../model/perceptual/train-perceptual.js"));
  await trainPerceptual({ ...options, signal }, (progress: PerceptualProgress) => {
    if (style === "text") process.stderr.write(`${describeProgress(progress, options.batch)}\n`);
    if (style === "json") process.stderr.write(`${JSON.stringify({ progress: "continue", ...progress, eta: Math.round(secondsLeft(progress, options.batch)) })}\n`);
  });
  if (signal.aborted) throw new ReenactError("ABORTED", `Stopped with a checkpoint in ${options.out}: the same command goes on from there.`);
  process.stdout.write(`${options.out}\n`);
}

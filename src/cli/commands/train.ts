import { Command, InvalidArgumentError, Option } from "commander";
import { ReenactError } from "../../errors.js";
import { loadTfjs } from "../../model/engines/load-tfjs.js";
import type { CurriculumProgress } from "../../model/training/curriculum.js";
import { PHASES, PRESETS, PRESET_NAMES, type Phase, type Preset } from "../../model/training/presets.js";
import { STAGES } from "../../model/training/stage-names.js";
import type { TrainOptions, TrainProgress } from "../../model/training/train.js";
import { describeProgress, secondsLeft } from "../describe-training.js";
import { alone } from "../alone.js";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween, parseEntry } from "../parse-values.js";

const PARTS = ["attention-loss", "ceb", "shown"] as const;

interface TrainFlags extends Omit<TrainOptions, "network" | "init" | "signal" | "data"> {
  data?: string;
  init?: string;
  curriculum?: boolean;
  preset?: (typeof PRESET_NAMES)[number];
  stageSteps: Partial<Record<Phase, number>>;
  width?: number;
  without: (typeof PARTS)[number][];
  progress: "text" | "json" | "none";
}

const HELP = `
The folder of the run:
  run.json        the settings
  log.jsonl       losses and images/s, and with each grid how far the pictures
                  of held-out people are from the truth
  grids/          held-out people, a row a pair: source, target, painted, mask,
                  shading, output, truth
  checkpoint/     what the run goes on from
  weights/        the averaged weights, as reenact run --weights takes them

With --curriculum the run is the paper's: the two perceptual networks, then
expression, identity, decoder and adversarial, each in a folder of that name
(perceptual/, 1-expression/, ...) as above, each from the weights of the one
before. --stage-steps says how long each is; 0 leaves one out. --preset sets
everything that is not given: paper (batch 64 in 4 parts, rate 2e-4), tiny (a
narrow network on faces that the program draws itself; needs no --data).

--perceptual adds L_id and L_e to the loss of decoder, joint and adversarial,
and compares what was made with the truth by the network of L_e. Without it,
and outside a curriculum, these stages are trained without them.
The discriminators of adversarial are in its checkpoint, not in the weights.

The same command again goes on with the run in --out, up to --steps. Ctrl-C
saves a checkpoint first (exit code 130). On two cores native TensorFlow makes
about 10 images/s, wasm a fraction of that: scripts/setup-tensorflow.sh sets
native TensorFlow up once.

Examples:
  reenact train --data data/ --out runs/first --steps 3000
  reenact train --data mine/ --out runs/mine --init runs/first/weights --steps 1000 --learning-rate 1e-4
  reenact train --data data/ --out runs/plain --without attention-loss --without ceb
  reenact train --data data/ --out runs/narrow --width 0.5 --steps 1500
  reenact train --data data/ --out runs/paper --preset paper --stage-steps decoder=20000
  reenact train --out runs/tiny --preset tiny`;

/** `reenact train`: weights from a dataset. */
export function trainCommand(): Command {
  return new Command("train")
    .summary("train the network on a dataset")
    .description("Train a stage of the network on a dataset that reenact dataset build made.")
    .option("--data <folder>", "the dataset; left out only with --preset tiny")
    .requiredOption("--out <folder>", "the run: made, or gone on with when it is there")
    .addOption(new Option("--stage <stage>", "what is trained: expression (its encoder alone), identity (its encoder alone), decoder (the encoders frozen), joint (everything), adversarial (everything, against discriminators)").choices(STAGES).default("joint"))
    .option("--curriculum", "all stages of the paper, one after the other; --stage and --steps do not count then")
    .addOption(new Option("--preset <name>", "a curriculum with settings of its own").choices(PRESET_NAMES))
    .option("--stage-steps <stage=n>", `steps of one phase of a curriculum (${PHASES.join(", ")}); may be repeated`, parseStageSteps, {})
    .option("--steps <n>", "steps in all, those of earlier sessions counted in", integerBetween(1, 1e8), 2000)
    .option("--batch <n>", "pairs of pictures per step", integerBetween(1, 1024), 16)
    .option("--accumulate <parts>", "compute each batch in so many parts, for less memory; the gradients are those of the whole batch", integerBetween(1, 1024), 1)
    .option("--learning-rate <rate>", "Adam's", numberBetween(1e-8, 1), 3e-4)
    .option("--decay <share>", "the last share of the steps, 0 to 1, over which the rate falls linearly to a tenth", numberBetween(0, 1), 0.3)
    .option("--seed <n>", "what fresh weights and the drawing of pairs start from", integerBetween(0, 2 ** 31), 1)
    .addOption(new Option("--backend <backend>", "what tfjs computes with; auto takes native TensorFlow where it is, else wasm").choices(["auto", "tensorflow", "webgpu", "wasm"]).default("auto"))
    .option("--init <folder>", "weights to start from instead of fresh ones; those that do not fit are left out")
    .option("--real-sources <share>", "the share of sources that are frames of videos, 0 to 1 (default: 0.3 where the dataset was built with --videos, 0 otherwise)", numberBetween(0, 1))
    .option("--perceptual <folder>", "the networks of L_id and L_e, as reenact train-perceptual makes them, or your own (its --help)")
    .option("--log-every <steps>", "steps between lines of progress", integerBetween(1, 1e6), 10)
    .option("--save-every <steps>", "steps between checkpoints", integerBetween(1, 1e6), 200)
    .option("--grid-every <steps>", "steps between picture grids", integerBetween(1, 1e6), 200)
    .option("--width <share>", "channels of the network's blocks as a share of the paper's 64 to 512, in eights: a narrow network learns in minutes", numberBetween(1 / 64, 2))
    .addOption(new Option("--without <part...>", "build the network without a part, for comparison: attention-loss (supervised expression attention), ceb (cross-encoder bilinear pooling), shown (the expression that the photo itself shows, which the decoder is told); may be repeated")
      .choices(PARTS).default([], "with all"))
    .addOption(new Option("--progress <style>", "on the standard error").choices(["text", "json", "none"]).default("text"))
    .addHelpText("after", HELP)
    .action((flags: TrainFlags, command: Command) => interruptible((signal) => alone(flags.out, () => run(settled(flags, command), signal))));
}

/** Flags with what the preset has to say about those that were not given. */
function settled(flags: TrainFlags, command: Command): TrainFlags & { preset?: TrainFlags["preset"]; data: string } {
  const preset = flags.preset && PRESETS[flags.preset];
  if (flags.accumulate! > (given(command, "batch") || !preset ? flags.batch : preset.batch)) command.error("Expected --accumulate to be at most --batch: a part is at least one picture");
  const data = flags.data ?? (preset?.madeUp && `${flags.out}/data`);
  if (data === undefined) command.error("Expected --data, the dataset to train on; reenact dataset build makes one, and --preset tiny draws its own");
  const from: Partial<Preset> = preset ?? {};
  const open = (["batch", "accumulate", "learningRate", "decay", "logEvery", "saveEvery", "gridEvery"] as const).filter((name) => preset && !given(command, name));
  return { ...flags, data: data!, ...Object.fromEntries(open.map((name) => [name, from[name]])) };
}

function given(command: Command, name: string): boolean {
  return command.getOptionValueSource(name) !== "default";
}

async function run(flags: ReturnType<typeof settled>, signal: AbortSignal): Promise<void> {
  const { init, width, without, progress: style, curriculum, preset: presetName, stageSteps, ...options } = flags;
  const { loadWeights } = await import("../../model/weights/load-weights.js");
  const { scaledChannels } = await import("../../model/network/config.js");
  const preset = PRESETS[presetName ?? "paper"];
  const weights = init === undefined ? undefined : (await loadWeights(init)).weights;
  const parts = {
    ...(width !== undefined && { channels: scaledChannels(width) }),
    attention: !without.includes("attention-loss"), bilinear: !without.includes("ceb"), shown: !without.includes("shown"),
  };
  let last: TrainProgress | CurriculumProgress | undefined;
  const onProgress = (progress: TrainProgress | CurriculumProgress) => {
    last = progress;
    if (style === "text") process.stderr.write(`${describeProgress(progress, options.batch)}\n`);
    if (style === "json") say("continue", progress, options.batch);
  };
  if (curriculum || presetName) {
    const { trainCurriculum } = await loadTfjs(() => import("../../model/training/curriculum.js"));
    if (preset.madeUp && options.data === `${options.out}/data`) {
      await (await import("../../model/training/made-up/made-up-dataset.js")).writeMadeUpDataset(options.data, preset.madeUp);
    }
    const told = presetName ? preset : { network: {}, discriminator: undefined, perceptualChannels: undefined };
    await trainCurriculum({
      ...options, init: weights, signal, steps: { ...preset.steps, ...stageSteps }, network: { ...told.network, ...parts },
      discriminator: told.discriminator, perceptualChannels: told.perceptualChannels,
    }, onProgress);
  } else {
    const { train } = await loadTfjs(() => import("../../model/training/train.js"));
    await train({ ...options, network: parts, init: weights, signal }, onProgress);
  }
  if (signal.aborted) throw new ReenactError("ABORTED", `Stopped with a checkpoint in ${options.out}: the same command goes on from there.`);
  if (style === "json") say("end", last, options.batch);
  process.stdout.write(`${options.out}/weights\n`);
}

/** `decoder=3000`, once more. @throws InvalidArgumentError */
function parseStageSteps(text: string, before: Partial<Record<Phase, number>>): Partial<Record<Phase, number>> {
  const [name, steps] = parseEntry(text);
  if (!(PHASES as readonly string[]).includes(name)) throw new InvalidArgumentError(`Expected one of ${PHASES.join(", ")} before the equals sign.`);
  return { ...before, [name]: integerBetween(0, 1e8)(steps) };
}

function say(state: "continue" | "end", progress: TrainProgress | CurriculumProgress | undefined, batch: number): void {
  const eta = progress && Math.round(secondsLeft(progress, batch));
  process.stderr.write(`${JSON.stringify({ progress: state, ...progress, eta })}\n`);
}

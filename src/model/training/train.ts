import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import { parseOptions } from "../../parse-options.js";
import { useBackend, type BackendKind } from "../engines/tfjs/backend.js";
import { NetworkConfig } from "../network/config.js";
import type { DiscriminatorConfig } from "../network/discriminator.js";
import { initializeWeights, type Weights } from "../network/initialize.js";
import type { PerceptualNetworks } from "../perceptual/feature-network.js";
import { openPerceptualNetworks } from "../perceptual/open-perceptual.js";
import { FaceDataset } from "../synthesis/dataset.js";
import { createRandom } from "../synthesis/random.js";
import { writeWeights } from "../weights/write-weights.js";
import { PairSampler, type SourceBatch } from "./batch.js";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { judgeExpression, type Told } from "./judge-expression.js";
import { realShare } from "./real-sources.js";
import { scheduledRate } from "./learning-rate.js";
import { TrainingNetworks } from "./networks.js";
import { writePictureGrid } from "./picture-grid.js";
import type { StageName } from "./stage-names.js";
import { TRAINING_STAGES } from "./stages.js";
import { trainingLoop, type LoopEntry, type LoopOptions } from "./training-loop.js";
import { trainingStep } from "./training-step.js";
import { validate, type Difference } from "./validate.js";

/** What a training run is told; saved as `run.json` in its folder. */
export interface TrainOptions extends LoopOptions {
  /** Dataset folder, as `reenact dataset build` writes it. */
  readonly data: string;
  /** Folder of the run: log, checkpoint, grids, weights. A run that is there is gone on with. */
  readonly out: string;
  /** What of the network is trained, and on which losses. */
  readonly stage: StageName;
  /** Parts that a batch is computed in, one after the other, for less memory; the gradients are those of the whole batch. */
  readonly accumulate?: number;
  /** Adam's; it falls linearly to a tenth over the last `decay` (0…1) of the steps. */
  readonly learningRate: number;
  readonly decay: number;
  readonly seed: number;
  readonly backend: BackendKind | "auto";
  readonly network: Partial<NetworkConfig>;
  /** The share of sources that are frames of videos, 0…1; when left out .3 where the dataset has some. */
  readonly realSources?: number;
  /** Of the stage `adversarial`. */
  readonly discriminator?: Partial<DiscriminatorConfig>;
  /** Folder of the perceptual networks; without it L_id and L_e are left out. */
  readonly perceptual?: string;
  /** Weights to start from instead of fresh ones. */
  readonly init?: Weights;
}

/** A line of `log.jsonl`. */
export interface TrainProgress extends LoopEntry<HeldOut> {
  readonly learningRate: number;
}

/** How the averaged weights do on held-out people. */
export interface HeldOut {
  readonly moved: Difference;
  readonly painted: Difference;
  readonly copied: Difference;
  readonly told: Told;
  /** The same on frames of videos of held-out people, where there are some. */
  readonly toldOfVideos?: Told;
}

/** Pairs of the held-out people that every grid shows. */
const HELD_OUT_PAIRS = 10;
/** Faces of held-out people that e is judged by. */
const HELD_OUT_FACES = 96;

/**
 * Trains a stage of AIP-GAN on a synthesised dataset. Stops after `steps` or, with a checkpoint, when `signal` says so.
 *
 * @throws ReenactError DATA_INVALID for a dataset that is none, ENGINE_UNAVAILABLE for a backend that is not there, MODEL_MISSING or
 * MODEL_CORRUPT for perceptual networks that cannot be used
 */
export async function train(options: TrainOptions, onProgress: (progress: TrainProgress) => void): Promise<void> {
  const config = parseOptions(NetworkConfig, options.network);
  await useBackend(options.backend);
  using dataset = FaceDataset.open(options.data);
  const realSources = realShare(dataset, options.realSources);
  if (realSources > 0 && !dataset.frames) {
    throw new ReenactError("DATA_INVALID", `Expected frames of videos in ${options.data} for --real-sources ${realSources} but it has none; build it with --videos, or leave --real-sources out.`);
  }
  await mkdir(join(options.out, "grids"), { recursive: true });
  await keepSettings({ ...options, realSources }, config);
  const perceptual = options.perceptual === undefined ? undefined : await openPerceptualNetworks(options.perceptual);
  try {
    await trainWith({ ...options, realSources }, config, dataset, perceptual, onProgress);
  } finally {
    perceptual?.identity.close();
    perceptual?.expression.close();
  }
}

async function trainWith(
  options: TrainOptions, config: NetworkConfig, dataset: FaceDataset, perceptual: PerceptualNetworks | undefined,
  onProgress: (progress: TrainProgress) => void,
): Promise<void> {
  const { out, seed, accumulate = 1 } = options;
  const stage = TRAINING_STAGES[options.stage], checkpoint = join(out, "checkpoint");
  const discriminator = stage.discriminated ? options.discriminator ?? {} : undefined;
  const networks = new TrainingNetworks({ config, perceptual, discriminator, seed, weights: withInit(initializeWeights(config, seed), options.init) });
  try {
    const saved = await readCheckpoint(checkpoint);
    if (saved) networks.restore(saved);
    const { generator } = networks;
    const pairs = new PairSampler(dataset, { split: "train", augment: true, realSources: options.realSources, random: createRandom(`${seed}/pairs/${networks.steps}`) });
    const heldOut = new PairSampler(dataset, { split: "test", augment: false, random: createRandom("held-out") }).next(HELD_OUT_PAIRS);
    const faces = new PairSampler(dataset, { split: "test", augment: false, random: createRandom("held-out-faces") }).nextSources(HELD_OUT_FACES);
    const ofVideos = dataset.frames && dataset.frames.in("test").length > 0
      ? new PairSampler(dataset, { split: "test", augment: false, realSources: 1, random: createRandom("held-out-videos") }).nextSources(HELD_OUT_FACES) : undefined;
    const judge = (batch: SourceBatch) => judgeExpression(config, generator.average, batch, dataset.info.blendshapes);
    let learningRate = 0;
    await trainingLoop<HeldOut>(options, {
      done: () => networks.steps,
      step: () => {
        learningRate = scheduledRate(options, networks.steps);
        return trainingStep(networks, stage, stage.draw(pairs, options.batch, accumulate), learningRate);
      },
      look: async () => {
        const { rows, moved, painted, copied } = await validate(config, generator.average, heldOut);
        await writePictureGrid(join(out, "grids", `step-${String(networks.steps).padStart(6, "0")}.png`), rows, config.size);
        return { moved, painted, copied, told: await judge(faces), ...(ofVideos && { toldOfVideos: await judge(ofVideos) }) };
      },
      report: async ({ heldOut: seen, losses, ...entry }) => {
        const progress: TrainProgress = { ...entry, learningRate, losses, heldOut: seen };
        await appendFile(join(out, "log.jsonl"), `${JSON.stringify(progress)}\n`);
        onProgress(progress);
      },
      save: async () => {
        await writeCheckpoint(checkpoint, await networks.save());
        await writeWeights(join(out, "weights"), config, await generator.averaged(), { steps: networks.steps });
      },
    });
  } finally {
    networks.close();
  }
}

function withInit(weights: Weights, init: Weights | undefined): Weights {
  for (const [name, { shape, data }] of init ?? []) {
    const own = weights.get(name);
    if (own && own.shape.join() === shape.join()) weights.set(name, { shape, data });
  }
  return weights;
}

/** Writes run.json, or refuses to go on with a run of another network. */
async function keepSettings(options: TrainOptions, config: NetworkConfig): Promise<void> {
  const file = join(options.out, "run.json");
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before !== undefined && JSON.stringify((JSON.parse(before) as { network: unknown }).network) !== JSON.stringify(config)) {
    throw new ReenactError("DATA_INVALID", `Expected ${options.out} to hold a run of the same network but its run.json names another; choose another --out`);
  }
  const settings = { ...options, init: options.init !== undefined, signal: undefined, network: config };
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
}

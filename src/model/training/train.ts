import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import { useBackend, type BackendKind } from "../engines/tfjs/backend.js";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { NetworkConfig } from "../network/config.js";
import { initializeWeights, type Weights } from "../network/initialize.js";
import { FaceDataset } from "../synthesis/dataset.js";
import { createRandom } from "../synthesis/random.js";
import { writeWeights } from "../weights/write-weights.js";
import { PairSampler } from "./batch.js";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { judgeExpression, type Told } from "./judge-expression.js";
import { writePictureGrid } from "./picture-grid.js";
import type { StageName } from "./stage-names.js";
import { TRAINING_STAGES } from "./stages.js";
import { Trainer, type Losses } from "./trainer.js";
import { validate, type Difference } from "./validate.js";

/** What a training run is told; saved as `run.json` in its folder. */
export interface TrainOptions {
  /** Dataset folder, as `reenact dataset build` writes it. */
  readonly data: string;
  /** Folder of the run: log, checkpoint, grids, weights. A run that is there is gone on with. */
  readonly out: string;
  /** What of the network is trained, and on which losses. */
  readonly stage: StageName;
  /** Steps in all, those of earlier sessions counted in. */
  readonly steps: number;
  readonly batch: number;
  /** Adam's; it falls linearly to a tenth over the last `decay` (0…1) of the steps. */
  readonly learningRate: number;
  readonly decay: number;
  readonly seed: number;
  readonly backend: BackendKind | "auto";
  /** Steps between log lines, checkpoints, and picture grids with held-out figures. */
  readonly logEvery: number;
  readonly saveEvery: number;
  readonly gridEvery: number;
  readonly network: Partial<NetworkConfig>;
  /** Weights to start from instead of fresh ones. */
  readonly init?: Weights;
  readonly signal?: AbortSignal;
}

/** A line of `log.jsonl`. */
export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  readonly imagesPerSecond: number;
  readonly learningRate: number;
  readonly losses: Losses;
  readonly heldOut?: { readonly moved: Difference; readonly painted: Difference; readonly copied: Difference; readonly told: Told };
}

/** Pairs of the held-out people that every grid shows. */
const HELD_OUT_PAIRS = 10;
/** Faces of held-out people that e is judged by. */
const HELD_OUT_FACES = 96;

/**
 * Trains a stage of AIP-GAN on a synthesised dataset. Stops after `steps` or, with a checkpoint, when `signal` says so.
 *
 * @throws ReenactError DATA_INVALID for a dataset that is none, ENGINE_UNAVAILABLE for a backend that is not there
 */
export async function train(options: TrainOptions, onProgress: (progress: TrainProgress) => void): Promise<void> {
  const config = NetworkConfig.parse(options.network);
  await useBackend(options.backend);
  await mkdir(join(options.out, "grids"), { recursive: true });
  using dataset = FaceDataset.open(options.data);
  await keepSettings(options, config);

  const checkpoint = join(options.out, "checkpoint");
  const trainer = new Trainer(withInit(initializeWeights(config, options.seed), options.init));
  const saved = await readCheckpoint(checkpoint);
  if (saved) trainer.restore(saved);
  const ops = new TfjsOps((name) => trainer.variables.get(name)!);
  const pairs = new PairSampler(dataset, { split: "train", augment: true, random: createRandom(`${options.seed}/pairs/${trainer.steps}`) });
  const heldOut = new PairSampler(dataset, { split: "test", augment: false, random: createRandom("held-out") }).next(HELD_OUT_PAIRS);
  const heldOutFaces = new PairSampler(dataset, { split: "test", augment: false, random: createRandom("held-out-faces") }).nextSources(HELD_OUT_FACES);
  const stage = TRAINING_STAGES[options.stage];
  const save = async () => {
    await writeCheckpoint(checkpoint, trainer.save());
    await writeWeights(join(options.out, "weights"), config, trainer.averaged(), { steps: trainer.steps });
  };

  let sums: Losses = {}, count = 0, since = performance.now();
  try {
    while (trainer.steps < options.steps && !options.signal?.aborted) {
      const learningRate = scheduled(options, trainer.steps);
      const objective = stage.draw(pairs, options.batch);
      const losses = trainer.step(() => objective(ops, config), learningRate, stage.trains);
      if (!Number.isFinite(losses.total)) throw new ReenactError("INTERNAL", `Expected finite losses but step ${trainer.steps} gave ${JSON.stringify(losses)}`);
      count++;
      for (const [name, value] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + value;
      const last = trainer.steps === options.steps;
      const grid = last || trainer.steps % options.gridEvery === 0;
      if (last || grid || trainer.steps % options.logEvery === 0) {
        const progress: TrainProgress = {
          step: trainer.steps, steps: options.steps, learningRate, imagesPerSecond: (1000 * count * options.batch) / (performance.now() - since),
          losses: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count])),
          heldOut: grid ? await look() : undefined,
        };
        await appendFile(join(options.out, "log.jsonl"), `${JSON.stringify(progress)}\n`);
        onProgress(progress);
        sums = {};
        count = 0;
        since = performance.now();
      }
      if (trainer.steps % options.saveEvery === 0) await save();
      await new Promise(setImmediate); // lets signals in
    }
    await save();
  } finally {
    ops.close();
    trainer.close();
  }

  async function look(): Promise<TrainProgress["heldOut"]> {
    const { rows, moved, painted, copied } = validate(config, trainer.average, heldOut);
    await writePictureGrid(join(options.out, "grids", `step-${String(trainer.steps).padStart(6, "0")}.png`), rows, config.size);
    const told = judgeExpression(config, trainer.average, heldOutFaces, dataset.info.blendshapes);
    return { moved, painted, copied, told };
  }
}

/** Constant, then falling linearly to a tenth. */
function scheduled({ learningRate, decay, steps }: TrainOptions, step: number): number {
  const left = (steps - step) / Math.max(1, decay * steps);
  return learningRate * Math.min(1, 0.1 + 0.9 * left);
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

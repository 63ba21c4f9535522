import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import { parseOptions } from "../../parse-options.js";
import { useBackend, type BackendKind } from "../engines/tfjs/backend.js";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import { freshWeights } from "../network/initialize.js";
import { FaceDataset } from "../synthesis/dataset.js";
import { readCheckpoint, writeCheckpoint } from "../training/checkpoint.js";
import type { Told } from "../training/judge-expression.js";
import { scheduledRate } from "../training/learning-rate.js";
import { Trainer } from "../training/trainer.js";
import { trainingLoop, type LoopEntry, type LoopOptions } from "../training/training-loop.js";
import { PerceptualConfig, type PerceptualKind } from "./perceptual-config.js";
import { writePerceptual } from "./perceptual-files.js";
import { expressionLearner, identityLearner, type Recognised } from "./perceptual-learner.js";
import { perceptualParameters } from "./perceptual-network.js";

/** What the training of a perceptual network is told; saved as `run.json`. */
export interface PerceptualTrainOptions extends LoopOptions {
  readonly which: PerceptualKind;
  /** Dataset folder, as `reenact dataset build` writes it. */
  readonly data: string;
  /** Folder of the networks; the run itself (checkpoint, log) is kept in `identity-run` or `expression-run` there. */
  readonly out: string;
  readonly learningRate: number;
  readonly decay: number;
  readonly seed: number;
  readonly backend: BackendKind | "auto";
  readonly channels?: readonly number[];
}

/** A line of its `log.jsonl`. */
export type PerceptualProgress = LoopEntry<Recognised | Told>;

/**
 * Trains one of the two perceptual networks, going on where it stopped, and writes it as {@link writePerceptual} does.
 *
 * @throws ReenactError DATA_INVALID for a dataset that is none or has too few people, ENGINE_UNAVAILABLE
 */
export async function trainPerceptual(options: PerceptualTrainOptions, onProgress: (progress: PerceptualProgress) => void): Promise<void> {
  const { which, data, out, seed, batch } = options;
  await useBackend(options.backend);
  const run = join(out, `${which}-run`), checkpoint = join(run, "checkpoint");
  await mkdir(run, { recursive: true });
  using dataset = FaceDataset.open(data);
  const saved = await readCheckpoint(checkpoint);
  const drawing = `${seed}/${which}/${saved?.steps ?? 0}`;
  const learner = which === "identity" ? identityLearner(dataset, drawing) : expressionLearner(dataset, drawing);
  const config = parseOptions(PerceptualConfig, { kind: which, outputs: learner.outputs, ...(options.channels && { channels: options.channels }) });
  const head = saved?.state.weights.get("head.kernel")?.shape[3];
  if (head !== undefined && head !== config.outputs) {
    throw new ReenactError("DATA_INVALID", `Expected ${run} to be a run on the same dataset but it tells ${head} apart instead of ${config.outputs}; choose another --out`);
  }
  await writeFile(join(run, "run.json"), `${JSON.stringify({ ...options, signal: undefined, network: config }, null, 2)}\n`);

  const trainer = new Trainer(freshWeights(perceptualParameters(config, true), seed));
  const ops = new TfjsOps((name) => trainer.variables.get(name)!);
  let seen: Recognised | Told | undefined;
  try {
    if (saved) trainer.restore(saved);
    await trainingLoop<Recognised | Told>(options, {
      done: () => trainer.steps,
      step: () => {
        const losses = learner.draw(batch);
        return trainer.step(() => losses(ops, config), scheduledRate(options, trainer.steps));
      },
      look: async () => (seen = await learner.look(config, trainer.average)),
      report: async (entry) => {
        await appendFile(join(run, "log.jsonl"), `${JSON.stringify(entry)}\n`);
        onProgress(entry);
      },
      save: async () => {
        await writeCheckpoint(checkpoint, await trainer.save());
        await writePerceptual(out, config, await trainer.averaged(), { steps: trainer.steps, heldOut: seen });
      },
    });
  } finally {
    ops.close();
    trainer.close();
  }
}

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NetworkConfig } from "../network/config.js";
import type { Weights } from "../network/initialize.js";
import { trainPerceptual, type PerceptualProgress } from "../perceptual/train-perceptual.js";
import { writeWeights } from "../weights/write-weights.js";
import { readCheckpoint } from "./checkpoint.js";
import { PHASES, type Phase } from "./presets.js";
import type { StageName } from "./stage-names.js";
import { train, type TrainOptions, type TrainProgress } from "./train.js";

/** What a curriculum is told. */
export interface CurriculumOptions extends Omit<TrainOptions, "stage" | "steps"> {
  /** Of each phase; 0 leaves it out. */
  readonly steps: Readonly<Record<Phase, number>>;
  readonly perceptualChannels?: readonly number[];
}

/** A line of progress, and which phase it belongs to. */
export type CurriculumProgress = { readonly phase: Phase } & (TrainProgress | PerceptualProgress);

/**
 * The paper's curriculum (section 3.4), one phase after the other, each in a folder of its own below `out` with its own log and checkpoint
 * and fresh moments of Adam. A stage starts from the averaged weights of the one before. Called again it goes on where it stopped, in the
 * middle of a phase too. At the end (and when it is stopped) `out/weights` holds the furthest averaged weights.
 *
 * With `perceptual` those networks are used; otherwise they are trained first, into `out/perceptual`.
 *
 * @throws ReenactError as {@link train} does
 */
export async function trainCurriculum(options: CurriculumOptions, onProgress: (progress: CurriculumProgress) => void): Promise<void> {
  const { steps, perceptual, perceptualChannels, init, ...rest } = options;
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, "curriculum.json"), `${JSON.stringify({ ...options, init: init !== undefined, signal: undefined }, null, 2)}\n`);

  const own = join(options.out, "perceptual");
  for (const which of ["identity", "expression"] as const) {
    const phase = `perceptual-${which}` as const;
    if (perceptual !== undefined || options.signal?.aborted || await finished(join(own, `${which}-run`, "checkpoint"), steps[phase])) continue;
    await trainPerceptual({ ...rest, which, out: own, steps: steps[phase], channels: perceptualChannels }, (progress) => onProgress({ phase, ...progress }));
  }
  const networks = perceptual ?? (existsSync(join(own, "identity.json")) && existsSync(join(own, "expression.json")) ? own : undefined);

  let weights = init;
  for (const [stage, folder] of stageFolders(options)) {
    if (options.signal?.aborted) return;
    const checkpoint = join(folder, "checkpoint");
    if (!(await finished(checkpoint, steps[stage]))) {
      const told = { ...rest, stage, out: folder, steps: steps[stage], perceptual: networks, init: weights };
      await train(told, (progress) => onProgress({ phase: stage, ...progress }));
    }
    weights = (await readCheckpoint(checkpoint))?.state.average ?? weights;
    if (weights) await shipped(options, stage, weights);
  }
}

/** The stages that are not left out, each with its folder: `1-expression`, `2-identity`, … */
function stageFolders({ out, steps }: CurriculumOptions): [StageName & Phase, string][] {
  const stages = PHASES.filter((phase): phase is StageName & Phase => !phase.startsWith("perceptual"));
  return stages.flatMap((stage, i) => (steps[stage] > 0 ? [[stage, join(out, `${i + 1}-${stage}`)]] : []));
}

/** Whether a phase is left out, or its checkpoint is at its end; the checkpoint's tensors are not read. */
async function finished(checkpoint: string, steps: number): Promise<boolean> {
  if (steps === 0) return true;
  const text = await readFile(join(checkpoint, "state.json"), "utf8").catch(() => "{}");
  return ((JSON.parse(text) as { steps?: number }).steps ?? 0) >= steps;
}

async function shipped({ out, network, steps }: CurriculumOptions, stage: StageName, weights: Weights): Promise<void> {
  await writeWeights(join(out, "weights"), NetworkConfig.parse(network), weights, { curriculum: steps, stage });
}

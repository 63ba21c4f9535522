import * as tf from "@tensorflow/tfjs";
import type { TrainingNetworks } from "./networks.js";
import { discriminatorObjective } from "./objectives.js";
import type { DrawnPart, TrainingStage } from "./stages.js";
import type { Losses } from "./trainer.js";

/**
 * One step of a stage on a drawn batch: the generator on the stage's loss and then, where the stage has them, the discriminators on the
 * truth and on what the generator made in this very step (before it was updated, so that nothing is computed twice).
 *
 * @returns the generator's losses by name, and the discriminators' as `discriminator`
 */
export async function trainingStep(networks: TrainingNetworks, stage: TrainingStage, drawn: readonly DrawnPart[], learningRate: number): Promise<Losses> {
  const { ops, config, generator, critics, discriminator } = networks;
  const made: tf.Tensor[] = [];
  try {
    const keep = (pictures: tf.Tensor) => void made.push(tf.keep(pictures.clone()));
    const losses = await generator.step(
      drawn.map(({ objective }) => () => objective(ops, config, critics, stage.discriminated ? keep : undefined)), learningRate, stage.trains,
    );
    if (!stage.discriminated || !discriminator) return losses;
    const { total } = await discriminator.step(
      drawn.map(({ pairs }, i) => () => discriminatorObjective(critics.discriminators!, config, pairs!, made[i])), learningRate,
    );
    return { ...losses, discriminator: total };
  } finally {
    tf.dispose(made);
  }
}

import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import type { NetworkConfig } from "../network/config.js";
import type { PairSampler } from "./batch.js";
import { decoderObjective, expressionObjective, identityObjective, jointObjective, type Objective } from "./objectives.js";
import type { StageName } from "./stage-names.js";

/** What one stage trains, and on what. */
export interface TrainingStage {
  /** Whether a weight of this name is trained; the others are frozen. */
  trains(weight: string): boolean;
  /** Draws a batch and gives the function that computes its losses; that one runs inside a step. */
  draw(pairs: PairSampler, size: number): (ops: TfjsOps, config: NetworkConfig) => Objective;
}

const starts = (prefix: string) => (weight: string) => weight.startsWith(prefix);

/** What each stage does. */
export const TRAINING_STAGES: Readonly<Record<StageName, TrainingStage>> = {
  expression: {
    trains: starts("expression."),
    draw: (pairs, size) => ((batch) => (ops, config) => expressionObjective(ops, config, batch))(pairs.nextSources(size)),
  },
  identity: {
    trains: starts("identity."),
    draw: (pairs, size) => ((batch) => (ops, config) => identityObjective(ops, config, batch))(pairs.next(size)),
  },
  decoder: {
    trains: starts("decoder."),
    draw: (pairs, size) => ((batch) => (ops, config) => decoderObjective(ops, config, batch))(pairs.next(size)),
  },
  joint: {
    trains: () => true,
    draw: (pairs, size) => ((batch) => (ops, config) => jointObjective(ops, config, batch))(pairs.next(size)),
  },
};

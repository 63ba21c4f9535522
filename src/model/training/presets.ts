import type { DiscriminatorConfig } from "../network/discriminator.js";
import type { NetworkConfig } from "../network/config.js";
import type { MadeUpOptions } from "./made-up/made-up-dataset.js";

/**
 * What a curriculum goes through, in this order: the two perceptual networks, then the stages of section 3.4. The paper's stage 1 is
 * `expression` and `identity`, its stage 2 `decoder`, its stage 3 `adversarial`.
 */
export const PHASES = ["perceptual-identity", "perceptual-expression", "expression", "identity", "decoder", "adversarial"] as const;

/** A name out of {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

/** Settings of a whole curriculum. */
export interface Preset {
  /** Of each phase; 0 leaves it out. */
  readonly steps: Readonly<Record<Phase, number>>;
  readonly batch: number;
  readonly accumulate: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly logEvery: number;
  readonly saveEvery: number;
  readonly gridEvery: number;
  readonly network: Partial<NetworkConfig>;
  readonly discriminator: Partial<DiscriminatorConfig>;
  readonly perceptualChannels?: readonly number[];
  /** Trains on drawn faces instead of a dataset. */
  readonly madeUp?: MadeUpOptions;
}

/** Names of the presets. */
export const PRESET_NAMES = ["paper", "tiny"] as const;

/**
 * `paper`: the paper's batch and rate (section 4); it does not say how long its stages were, the steps are ours. `tiny`: a narrow network on
 * faces that the program draws itself, to see every part of the training work in minutes.
 */
export const PRESETS: Readonly<Record<(typeof PRESET_NAMES)[number], Preset>> = {
  paper: {
    steps: { "perceptual-identity": 3000, "perceptual-expression": 3000, expression: 6000, identity: 3000, decoder: 12000, adversarial: 8000 },
    batch: 64, accumulate: 4, learningRate: 2e-4, decay: 0.3, logEvery: 10, saveEvery: 100, gridEvery: 200, network: {}, discriminator: {},
  },
  tiny: {
    steps: { "perceptual-identity": 150, "perceptual-expression": 150, expression: 300, identity: 100, decoder: 400, adversarial: 100 },
    batch: 8, accumulate: 1, learningRate: 2e-3, decay: 0.5, logEvery: 20, saveEvery: 50, gridEvery: 100,
    network: { channels: [8, 16, 16, 24, 32, 48, 64], hidden: 32 }, discriminator: { channels: [8, 16, 24] },
    perceptualChannels: [8, 12, 16, 24, 32, 48, 64], madeUp: { people: 60, pool: 60, expressions: 11, seed: 1 },
  },
};

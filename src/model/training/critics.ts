import type { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import type { DiscriminatorConfig } from "../network/discriminator.js";
import type { PerceptualNetworks } from "../perceptual/feature-network.js";

/** The discriminators as a loss sees them: interpreted, with whatever weights they have at the moment. */
export interface Discriminators {
  readonly ops: TfjsOps;
  readonly config: DiscriminatorConfig;
}

/** The networks that judge what the generator makes. Without one of them the loss is without its terms. */
export interface Critics {
  readonly perceptual?: PerceptualNetworks;
  readonly discriminators?: Discriminators;
}

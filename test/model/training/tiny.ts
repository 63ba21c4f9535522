import { NetworkConfig } from "../../../src/model/network/config.js";
import { freshWeights, initializeWeights } from "../../../src/model/network/initialize.js";
import { ownFeatureNetwork } from "../../../src/model/perceptual/own-network.js";
import { PerceptualConfig, type PerceptualKind } from "../../../src/model/perceptual/perceptual-config.js";
import { perceptualParameters } from "../../../src/model/perceptual/perceptual-network.js";
import { LANDMARKS, type Batch, type PairSampler } from "../../../src/model/training/batch.js";
import { STILL_POINTS } from "../../../src/model/training/still-points.js";
import { TrainingNetworks, type NetworksOptions } from "../../../src/model/training/networks.js";
import { mulberry32 } from "../../helpers/random.js";

/** The whole network, a few channels wide. */
export const config = NetworkConfig.parse({ channels: [2, 4, 4, 4, 4, 4, 4], hidden: 4, expressionCode: 4, identityCode: 4 });

/** A batch of noise: nothing in it is a face. */
export function madeUpBatch(size: number, seed = 5): Batch {
  const random = mulberry32(seed);
  const fill = (length: number, low: number, high: number) => Float32Array.from({ length }, () => low + (high - low) * random());
  const face = size * 96 * 96;
  return {
    size, source: fill(3 * face, -1, 1), target: fill(3 * face, -1, 1), truth: fill(3 * face, -1, 1),
    labels: Float32Array.from({ length: 6 * size }, (_, i) => (i % 12 === 0 ? 1 : 0)),
    weights: fill(size * 51, 0, 1), shown: fill(size * 51, 0, 1), landmarkImage: fill(face, 0, 1), identityMap: fill(3 * face, -1, 1), points: fill(size * LANDMARKS * 2, 5, 90),
    way: fill(size * LANDMARKS * 2, -3, 3), pointWeights: fill(size * LANDMARKS, 0, 3), folds: fill(size * LANDMARKS, -0.2, 0.2),
    stillPoints: fill(size * STILL_POINTS * 2, 5, 90), stillWeights: fill(size * STILL_POINTS, 0, 1),
    regions: fill(face, 1, 4), opened: fill(face, 0, 0.1),
  };
}

/** What a stage draws from, always giving the same pairs. */
export function fixedPairs(batch: Batch): PairSampler {
  return { next: () => batch, nextSources: () => batch } as unknown as PairSampler;
}

/** A perceptual network that was never trained. */
export function freshPerceptual(kind: PerceptualKind) {
  const own = PerceptualConfig.parse({ kind, outputs: 3, channels: [2, 3, 4, 4, 4, 4, 4], embedding: 4 });
  return ownFeatureNetwork({ config: own, weights: freshWeights(perceptualParameters(own, false), 3) });
}

/** Everything a stage is trained with, tiny. */
export function tinyNetworks(options: Partial<NetworksOptions> = {}): TrainingNetworks {
  return new TrainingNetworks({ config, weights: initializeWeights(config, 1), seed: 2, ...options });
}

/** Channels of discriminators that are as small. */
export const tinyDiscriminator = { channels: [2, 3, 4] };

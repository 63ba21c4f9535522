import type { ExpressionBasis } from "../synthesis/expression-basis.js";

/** How much of what a photo seems to show is believed, by blendshape; all of it where nothing is said. */
const BELIEVED: Readonly<Record<string, number>> = { mouthPucker: 0.6, mouthFunnel: 0.6 };

/**
 * The expression that a photo shows, for its rig: as it is read, but for rounded lips. Full lips are read as puckered ones by every reader, and
 * a face that is believed to pucker already has no room left to pucker with its driver.
 *
 * @param read [51] as the photo is read, 0…1
 */
export function ownWeights({ blendshapes }: Pick<ExpressionBasis, "blendshapes">, read: Float32Array): Float32Array {
  return read.map((weight, k) => weight * (BELIEVED[blendshapes[k]] ?? 1));
}

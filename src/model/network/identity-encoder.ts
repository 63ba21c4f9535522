import { mapSizes, type NetworkConfig } from "./config.js";
import { dense, encoderBlock, scSE } from "./layers.js";
import type { Ops } from "./ops.js";

/** What G_et says of the photo. */
export interface Identity<T> {
  /** h, the identity code: [b, 1, 1, 50]. */
  readonly code: T;
  /** The seven attended maps, largest first: [b, 48, 48, 64] … [b, 1, 1, 512]. */
  readonly maps: readonly T[];
}

/** G_et: the expression encoder's seven blocks, each followed by self-supervised scSE; one FC layer (section 3.2). x: [b, 96, 96, 3] in −1…1. */
export function identityEncoder<T>(ops: Ops<T>, config: NetworkConfig, x: T): Identity<T> {
  const maps: T[] = [];
  const sizes = mapSizes(config);
  let inputs = 3;
  config.channels.forEach((channels, i) => {
    const name = `identity.block${i + 1}`;
    x = scSE(ops, `${name}.attention`, encoderBlock(ops, name, x, inputs, channels, sizes[i] > 1), channels);
    maps.push(x);
    inputs = channels;
  });
  return { code: dense(ops, "identity.code", x, inputs, config.identityCode), maps };
}

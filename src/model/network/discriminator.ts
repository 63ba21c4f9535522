import * as z from "zod";
import { conv, SLOPE } from "./layers.js";
import type { Ops } from "./ops.js";
import { recordParameters, type Parameter } from "./parameters.js";

/** What the discriminators are built from. They serve training alone and are not shipped. */
export const DiscriminatorConfig = z.strictObject({
  /** Channels of the blocks; each halves the map, so with three a score sees 38 pixels of its picture. */
  channels: z.array(z.number().int().positive()).min(1).max(5).default([64, 128, 256]),
  /** Sizes that are judged: the picture, its half, … */
  scales: z.number().int().min(1).max(4).default(2),
});

/** See {@link DiscriminatorConfig}, the schema it is parsed by. */
export type DiscriminatorConfig = z.infer<typeof DiscriminatorConfig>;

/**
 * The multi-scale patch discriminators of pix2pixHD (Wang et al. 2018, section 3.2): one network of the same form for each size of the
 * picture, each scoring every patch. Strided convolutions are convolution and halving here, as in the encoders.
 *
 * @param x [b, 96, 96, 3] in −1…1
 * @returns scores by size, 1 for real and 0 for made: [b, 12, 12, 1] of the 96-pixel picture, [b, 6, 6, 1] of the 48-pixel one
 */
export function discriminate<T>(ops: Ops<T>, config: DiscriminatorConfig, x: T): T[] {
  return Array.from({ length: config.scales }, (_, i) => {
    if (i > 0) x = ops.halve(x);
    return patchScores(ops, `discriminator.scale${i + 1}`, config, x);
  });
}

/** Blocks of [conv 3×3, InstanceNorm but for the first, LeakyReLU, halving], and one score a position. [b, s, s, 3] → [b, s/8, s/8, 1]. */
function patchScores<T>(ops: Ops<T>, name: string, { channels }: DiscriminatorConfig, x: T): T {
  let inputs = 3;
  channels.forEach((outputs, i) => {
    const block = `${name}.block${i + 1}`;
    x = conv(ops, block, x, 3, inputs, outputs, { bias: i === 0 }); // InstanceNorm would remove it
    if (i > 0) {
      const gamma = ops.weight(`${block}.norm.gamma`, [outputs], { kind: "constant", value: 1 });
      const beta = ops.weight(`${block}.norm.beta`, [outputs], { kind: "constant", value: 0 });
      x = ops.instanceNorm(x, gamma, beta);
    }
    x = ops.halve(ops.leakyRelu(x, SLOPE));
    inputs = outputs;
  });
  return conv(ops, `${name}.score`, x, 3, inputs, 1);
}

/** Every weight of the discriminators. */
export function discriminatorParameters(config: DiscriminatorConfig): Parameter[] {
  return recordParameters((ops) => discriminate(ops, config, undefined));
}

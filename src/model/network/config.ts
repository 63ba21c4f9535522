import * as z from "zod";

/**
 * What the network is built from; saved beside the weights. The defaults are the paper's (AIP-GAN, BMVC 2020, section 3) or, where it
 * is silent, the project's. `attention` and `bilinear` off give the ablation row of its Table 1.
 */
export const NetworkConfig = z.strictObject({
  /** Side of the aligned crop in pixels. */
  size: z.literal(96).default(96),
  /** Channels of the encoders' seven blocks; the decoder mirrors them. */
  channels: z.array(z.number().int().positive()).length(7).default([64, 128, 128, 256, 256, 512, 512]),
  /** Length of the expression code e. */
  expressionCode: z.number().int().positive().default(30),
  /** Length of the identity code h. */
  identityCode: z.number().int().positive().default(50),
  /** Basic expressions the attention modules are supervised on. */
  expressions: z.number().int().positive().default(6),
  /** Expression weights that G_es tells of a face (the basis' 51). */
  expressionWeights: z.number().int().positive().default(51),
  /** Hidden width of the layers that tell a face's weights and its gaze from e and G_es's last map (beyond the paper, see `tellFace`); 0: one layer on e, no gaze. */
  reading: z.number().int().min(0).default(0),
  /** Hidden width of the two reconstruction MLPs (landmark image Z, identity map H); they serve training alone. */
  hidden: z.number().int().positive().default(64),
  /** Largest dimension d of compact bilinear pooling; a level uses its channels where they are fewer. */
  sketch: z.number().int().positive().default(512),
  /** Expression attention supervised by L_a; off: plain scSE, as in the identity encoder. */
  attention: z.boolean().default(true),
  /** The decoder is told what the photo shows, by G_es (beyond the paper, see `embedIdentity`); off: it must tell from G_et's maps, as in the paper. */
  shown: z.boolean().default(true),
  /** Cross-encoder bilinear pooling; off: the two maps are concatenated. */
  bilinear: z.boolean().default(true),
});

/** See {@link NetworkConfig}, the schema it is parsed by. */
export type NetworkConfig = z.infer<typeof NetworkConfig>;

/** The paper's channels made narrower or wider, in multiples of eight. @param width 1: as they are */
export function scaledChannels(width: number): number[] {
  return NetworkConfig.parse({}).channels.map((channels) => 8 * Math.max(1, Math.round((channels * width) / 8)));
}

/** Sides of the maps after each encoder block: 48, 24, 12, 6, 3, 2, 1. */
export function mapSizes(config: NetworkConfig): number[] {
  return config.channels.map((_, i) => Math.ceil(config.size / 2 ** (i + 1)));
}

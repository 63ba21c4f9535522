import * as z from "zod";

/** What the two perceptual networks are for: telling people apart, and telling expressions. */
export const PERCEPTUAL_KINDS = ["identity", "expression"] as const;

/** One of {@link PERCEPTUAL_KINDS}. */
export type PerceptualKind = (typeof PERCEPTUAL_KINDS)[number];

/** What a perceptual network is built from; saved beside its weights. */
export const PerceptualConfig = z.strictObject({
  kind: z.enum(PERCEPTUAL_KINDS),
  /** Side of the aligned crop in pixels. */
  size: z.literal(96).default(96),
  /** Channels of the seven blocks; each halves the map. */
  channels: z.array(z.number().int().positive()).length(7).default([24, 48, 64, 96, 128, 160, 192]),
  /** Length of the embedding. */
  embedding: z.number().int().positive().default(128),
  /** What is told from the embedding: the people it was trained on, or the expression weights. */
  outputs: z.number().int().positive(),
  /** How many of the last blocks' maps, beside the embedding, are compared by the perceptual loss. */
  compared: z.number().int().min(0).max(7).default(3),
});

/** See {@link PerceptualConfig}, the schema it is parsed by. */
export type PerceptualConfig = z.infer<typeof PerceptualConfig>;

/**
 * The stages of the curriculum (section 3.4). The paper's first stage trains both encoders on losses of their own; as they share no
 * weight, it is two stages here: `expression` (G_es) and `identity` (G_et). `decoder` trains G_de on frozen encoders, `joint` everything.
 */
export const STAGES = ["expression", "identity", "decoder", "joint"] as const;

/** A name out of {@link STAGES}. */
export type StageName = (typeof STAGES)[number];

/**
 * The stages of the curriculum (section 3.4). The paper's first stage trains both encoders on losses of their own; as they share no
 * weight, it is two stages here: `expression` (G_es) and `identity` (G_et). `decoder`, the paper's second, trains G_de on frozen encoders;
 * `adversarial`, its third, everything against the discriminators. `joint`, beyond the paper, is everything without discriminators.
 */
export const STAGES = ["expression", "identity", "decoder", "joint", "adversarial"] as const;

/** A name out of {@link STAGES}. */
export type StageName = (typeof STAGES)[number];

import type { Embedding } from "../engines/engine.js";
import { openEngine, type EngineKind } from "../engines/open-engine.js";
import { loadWeights } from "../weights/load-weights.js";
import { applyMotion } from "./apply-motion.js";
import type { Contestant } from "./contestant.js";
import { toBytes, toFloats } from "./crop-bytes.js";

/** A network to measure. */
export interface NetworkEntry {
  readonly name: string;
  /** Folder of its weights; the shipped ones when left out. */
  readonly weights?: string;
}

/**
 * A trained network in two rows: x̂' (moved and painted, what is shown) and x̂ (the paper's decoder alone).
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function networkContestant({ name, weights }: NetworkEntry, kind?: EngineKind): Promise<Contestant> {
  const engine = await openEngine(await loadWeights(weights), kind);
  // Pairs come sorted by photo: the last embedding is the only one that is asked for again.
  let last: { pixels: Uint8Array; embedding: Embedding } | undefined;
  return {
    rows: [{ key: `${name}-moved`, label: `${name}: x̂', moved and painted` }, { key: `${name}-painted`, label: `${name}: x̂, the paper's decoder alone` }],
    async make({ source, target }) {
      const photo = toFloats(target);
      if (!last || !Buffer.from(last.pixels).equals(target)) last = { pixels: target, embedding: await engine.encodeIdentity(photo) };
      const generated = await engine.generate(toFloats(source), 1, last.embedding);
      return [toBytes(applyMotion(photo, generated)), toBytes(generated.painted)];
    },
    close: () => engine.close(),
  };
}

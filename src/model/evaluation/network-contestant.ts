import { applyMotion } from "../compositing/apply-motion.js";
import { Compositor } from "../compositing/compositor.js";
import type { MotionResult } from "../compositing/motion-result.js";
import type { Embedding, FaceEngine } from "../engines/engine.js";
import { openEngine, type EngineKind } from "../engines/open-engine.js";
import { alignFace } from "../geometry/alignment.js";
import { sampleCrop } from "../geometry/sample-crop.js";
import type { Similarity } from "../geometry/similarity.js";
import { AHEAD, STRAIGHT } from "../rig/rig-pose.js";
import { ownWeights } from "../rig/own-weights.js";
import { Rig } from "../rig/rig.js";
import { sharedBasis } from "../rig/shared-basis.js";
import { loadWeights } from "../weights/load-weights.js";
import type { Contestant } from "./contestant.js";
import { toBytes, toFloats } from "../geometry/crop-bytes.js";
import type { PhotoOnShelf, PhotoShelf } from "./photo-shelf.js";

/** A network to measure. */
export interface NetworkEntry {
  readonly name: string;
  /** Folder of its weights; the shipped ones when left out. */
  readonly weights?: string;
}

/**
 * A trained network in up to four rows: what is shown (the photo's rig driven by what the network reads, at the photo's own resolution, cropped
 * again; only with `shelf`), x̂' in the photo (likewise), x̂' on the crop's own grid, as losses see it, and x̂, the paper's decoder alone.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function networkContestant({ name, weights }: NetworkEntry, kind?: EngineKind, shelf?: PhotoShelf): Promise<Contestant> {
  const engine = await openEngine(await loadWeights(weights), kind);
  // Pairs come sorted by photo: the last embedding is the only one that is asked for again.
  let last: { pixels: Uint8Array; embedding: Embedding } | undefined;
  const shown = shelf && { shelf, drive: rigger(engine), show: shower() };
  return {
    rows: [
      ...(shown ? [
        { key: `${name}-shown`, label: `${name}: the photo's rig, driven by what the network reads, as it is shown` },
        { key: `${name}-composed`, label: `${name}: x̂' in the photo` },
      ] : []),
      { key: `${name}-moved`, label: `${name}: x̂', moved and painted at 96×96` },
      { key: `${name}-painted`, label: `${name}: x̂, the paper's decoder alone` },
    ],
    async make({ pair, source, target }) {
      const crop = toFloats(target);
      if (!last || !Buffer.from(last.pixels).equals(target)) last = { pixels: target, embedding: await engine.encodeIdentity(crop) };
      const generated = await engine.generate(toFloats(source), 1, last.embedding);
      const found = await shown?.shelf.photoOf(pair);
      return [
        ...(shown ? [found && await shown.drive(found, source), found && shown.show(found, generated)] : []),
        toBytes(applyMotion(crop, generated)), toBytes(generated.painted),
      ];
    },
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

/** Reads a crop, renders its expression on a photo's rig and crops the picture where the photo's own face was; the last photo's rig is kept. */
function rigger(engine: FaceEngine): (found: PhotoOnShelf, source: Uint8Array) => Promise<Uint8Array> {
  let last: { readonly found: PhotoOnShelf; readonly alignment: Similarity; readonly rig: Rig } | undefined;
  return async (found, source) => {
    if (last?.found !== found) {
      const { photo, face } = found, alignment = alignFace(face);
      const [read] = await engine.read(sampleCrop(photo, alignment), 1), basis = await sharedBasis();
      last = { found, alignment, rig: new Rig(basis, photo, face, ownWeights(basis, read)) };
    }
    const [weights] = await engine.read(toFloats(source), 1);
    return toBytes(sampleCrop({ ...found.photo, data: last.rig.render({ weights, head: STRAIGHT, gaze: AHEAD }) }, last.alignment));
  };
}

/** Composes a face into its photo and crops it again where the photo's own face was; the last photo's compositor is kept. */
function shower(): (found: PhotoOnShelf, motion: MotionResult) => Uint8Array {
  let last: { readonly found: PhotoOnShelf; readonly alignment: Similarity; readonly compositor: Compositor } | undefined;
  return (found, motion) => {
    if (last?.found !== found) {
      const alignment = alignFace(found.face);
      last = { found, alignment, compositor: new Compositor(found.photo, alignment) };
    }
    return toBytes(sampleCrop({ ...found.photo, data: last.compositor.compose(motion) }, last.alignment));
  };
}

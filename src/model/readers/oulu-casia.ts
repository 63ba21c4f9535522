import type { IndexedPhoto } from "../synthesis/indexed-photo.js";
import { readSequences, type SequenceLayout } from "./expression-sequences.js";
import { firstWith, subfolders } from "./subfolders.js";

const PERSON = /^P\d{3}$/i;

/** Where the sequences of visible light and strong illumination lie below the folder that is given. */
const ROOTS = ["VL/Strong", "OriginalImg/VL/Strong", "Oulu_CASIA_NIR_VIS/VL/Strong", "Oulu_CASIA_NIR_VIS/OriginalImg/VL/Strong", "B_OriginalImg/VL/Strong"];

const LAYOUT: SequenceLayout = {
  set: "oulu-casia",
  person: PERSON,
  expressions: { anger: "anger", disgust: "disgust", fear: "fear", happiness: "happiness", sadness: "sadness", surprise: "surprise" },
  // They end at the peak: the paper takes the last three.
  frames: (count) => [count - 3, count - 2, count - 1],
};

/**
 * Oulu-CASIA NIR&VIS (Zhao et al. 2011) as it is distributed: `VL/Strong/P001/Anger/000.jpeg …`. Taken as the paper does: of every
 * sequence in strong visible light the first frame, neutral, and the last three.
 *
 * @returns undefined when the folder is laid out otherwise
 */
export async function readOuluCasia(dir: string): Promise<IndexedPhoto[] | undefined> {
  const root = await firstWith(dir, ROOTS, async (path) => (await subfolders(path, PERSON)).length > 0);
  return root === undefined ? undefined : readSequences(dir, root, LAYOUT);
}

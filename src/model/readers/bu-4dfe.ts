import type { IndexedPhoto } from "../synthesis/indexed-photo.js";
import { readSequences, type SequenceLayout } from "./expression-sequences.js";
import { firstWith, subfolders } from "./subfolders.js";

/** 58 women and 43 men. */
const PERSON = /^[FM]\d{3}$/i;

const ROOTS = ["", "BU-4DFE", "BU_4DFE", "BU4DFE", "Data"];

const LAYOUT: SequenceLayout = {
  set: "bu-4dfe",
  person: PERSON,
  expressions: {
    angry: "anger", anger: "anger", disgust: "disgust", fear: "fear", happy: "happiness", happiness: "happiness",
    sad: "sadness", sadness: "sadness", surprise: "surprise",
  },
  // They rise to the peak and fall again: the paper takes three from the middle.
  frames: (count) => [-1, 0, 1].map((step) => Math.floor(count / 2) + step),
};

/**
 * BU-4DFE (Yin et al. 2008) as it is distributed: `F001/Angry/000.jpg …` beside the 3-D models, whose textures those are. Taken as the
 * paper does: of every sequence the first frame, neutral, and three from the middle.
 *
 * @returns undefined when the folder is laid out otherwise
 */
export async function readBu4dfe(dir: string): Promise<IndexedPhoto[] | undefined> {
  const root = await firstWith(dir, ROOTS, async (path) => {
    const [person] = await subfolders(path, PERSON);
    return person !== undefined && (await subfolders(`${path}/${person}`, /^(angry|disgust|fear|happy|sad|surprise)$/i)).length > 0;
  });
  return root === undefined ? undefined : readSequences(dir, root, LAYOUT);
}

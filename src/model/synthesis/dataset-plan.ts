import type { DatasetPhoto, Split } from "./dataset-format.js";
import type { IndexedPhoto } from "./indexed-photo.js";
import { createRandom, shuffled } from "./random.js";

const TEST_SHARE = 0.1;

/**
 * Describes the photos of a dataset. A tenth of the people (at least one when there are two) goes into the test half; which ones
 * depends on the seed and the people alone.
 *
 * @param sampleCount samples of every photo
 */
export function describePhotos(found: readonly IndexedPhoto[], sampleCount: number, seed: number): DatasetPhoto[] {
  const people = [...new Set(found.map(({ person }) => person))].sort();
  const held = people.length < 2 ? 0 : Math.max(1, Math.round(people.length * TEST_SHARE));
  const test = new Set(shuffled(createRandom(`${seed}/split`), people).slice(0, held));
  return found.map(({ file, set, person, weight, expression }, i) => ({
    file, set, person, split: test.has(person) ? "test" : "train", weight, ...(expression !== undefined && { expression }),
    firstSample: i * sampleCount, sampleCount,
  }));
}

/**
 * Deals every photo neutral (entry 0) and `expressions` different others, in each half as from a deck of cards, so that within a half
 * all entries are worn about equally often.
 *
 * @returns pool entries by photo
 */
export function dealExpressions(photos: readonly DatasetPhoto[], poolSize: number, expressions: number, seed: number): number[][] {
  const entries = Array.from({ length: poolSize - 1 }, (_, i) => i + 1);
  const random = createRandom(`${seed}/deal`);
  const decks: Record<Split, number[]> = { train: [], test: [] };
  return photos.map(({ split }) => {
    const hand = [0];
    while (hand.length <= expressions) {
      const at = decks[split].findIndex((entry) => !hand.includes(entry));
      if (at < 0) decks[split] = shuffled(random, entries);
      else hand.push(...decks[split].splice(at, 1));
    }
    return hand;
  });
}

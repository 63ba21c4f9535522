import type { DatasetPhoto, Split } from "./dataset-format.js";
import type { IndexedPhoto } from "./indexed-photo.js";
import { createRandom, shuffled, type Random } from "./random.js";

const TEST_SHARE = 0.1;

/**
 * Describes the photos of a dataset. A tenth of the people (at least one when there are two) goes into the test half; which ones
 * depends on the seed and the people alone.
 *
 * @param sampleCount samples of every photo
 */
export function describePhotos(found: readonly IndexedPhoto[], sampleCount: number, seed: number): DatasetPhoto[] {
  const test = heldOut(found.map(({ person }) => person), `${seed}/split`);
  return found.map(({ file, set, person, weight, expression }, i) => ({
    file, set, person, split: test.has(person) ? "test" : "train", weight, ...(expression !== undefined && { expression }),
    firstSample: i * sampleCount, sampleCount,
  }));
}

/** A tenth of different people, at least one of two. */
function heldOut(everybody: readonly string[], seed: string): Set<string> {
  const people = [...new Set(everybody)].sort();
  const held = people.length < 2 ? 0 : Math.max(1, Math.round(people.length * TEST_SHARE));
  return new Set(shuffled(createRandom(seed), people).slice(0, held));
}

/**
 * The half that each person of videos is in. Whoever is on photos that `reenact dataset frames` took (there the person is `videos/…`) is in
 * the half of these; of the others a tenth is held out.
 */
export function splitVideoPeople(people: readonly string[], photos: readonly DatasetPhoto[], seed: number): Map<string, Split> {
  const known = new Map(photos.map(({ person, split }) => [person, split]));
  const test = heldOut(people.filter((person) => !known.has(`videos/${person}`)), `${seed}/videos`);
  return new Map(people.map((person) => [person, known.get(`videos/${person}`) ?? (test.has(person) ? "test" : "train")]));
}

/**
 * Deals every photo neutral (entry 0) and `expressions` different others, in each half as from a deck of cards, so that within a half
 * all entries are worn about equally often.
 *
 * @returns pool entries by photo
 */
export function dealExpressions(photos: readonly DatasetPhoto[], poolSize: number, expressions: number, seed: number): number[][] {
  const entries = Array.from({ length: poolSize - 1 }, (_, i) => i + 1);
  const decks = new Decks({ train: entries, test: entries }, `${seed}/deal`);
  return photos.map(({ split }) => decks.deal(split, expressions, [0]));
}

/** Of the frames of its half a photo wears this share of what it wears of the drawn expressions, or more where some would not be worn at all. */
const FRAME_SHARE = 0.25;

/**
 * Deals every photo what frames of videos of its half show, so that each is worn by somebody where the half has photos.
 *
 * @param splits of every frame @param first the pool entry of the first frame @param expressions as {@link dealExpressions} takes it
 * @returns pool entries by photo
 */
export function dealFrames(photos: readonly DatasetPhoto[], splits: readonly Split[], first: number, expressions: number, seed: number): number[][] {
  const of = (split: Split) => splits.flatMap((one, i) => (one === split ? [first + i] : []));
  const entries: Record<Split, number[]> = { train: of("train"), test: of("test") };
  const each = (split: Split) => {
    const needed = Math.ceil(entries[split].length / photos.filter((photo) => photo.split === split).length);
    return Math.min(entries[split].length, Math.max(needed, Math.ceil(FRAME_SHARE * expressions)));
  };
  const counts: Record<Split, number> = { train: each("train"), test: each("test") };
  const decks = new Decks(entries, `${seed}/deal-frames`);
  return photos.map(({ split }) => decks.deal(split, counts[split], []));
}

/** The photos with as many samples as they wear expressions. */
export function countSamples(photos: readonly DatasetPhoto[], worn: readonly (readonly number[])[]): DatasetPhoto[] {
  let next = 0;
  return photos.map((photo, i) => {
    const firstSample = next, sampleCount = worn[i].length;
    next += sampleCount;
    return { ...photo, firstSample, sampleCount };
  });
}

/** A deck of cards for each half, shuffled anew when it is used up. */
class Decks {
  readonly #decks: Record<Split, number[]> = { train: [], test: [] };
  readonly #random: Random;

  constructor(private readonly entries: Readonly<Record<Split, readonly number[]>>, seed: string) {
    this.#random = createRandom(seed);
  }

  /** `count` different cards that are not in the hand, after those that are. There must be so many. */
  deal(split: Split, count: number, from: readonly number[]): number[] {
    const hand = [...from];
    while (hand.length < from.length + count) {
      const at = this.#decks[split].findIndex((entry) => !hand.includes(entry));
      if (at < 0) this.#decks[split] = shuffled(this.#random, this.entries[split]);
      else hand.push(...this.#decks[split].splice(at, 1));
    }
    return hand;
  }
}

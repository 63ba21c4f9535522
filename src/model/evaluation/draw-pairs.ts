import { peopleWithSeveralPhotos, realPairs } from "../readers/person-photos.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import { createRandom, pick, type Random } from "../synthesis/random.js";
import { expressionGroups, type EvaluationPair } from "./evaluation-pair.js";

/** What pairs are drawn from. */
export interface PairPlan {
  readonly dataset: FaceDataset;
  /** Photos of the people who may occur, as driver and as photo. */
  readonly photos: readonly number[];
  readonly count: number;
  readonly seed: string;
}

/** Drawing gives up on finding yet another pair after so many tries for each that is wanted. */
const TRIES = 20;

/**
 * Draws cross-identity pairs whose truth is known exactly: a person's synthesised expression as the driver, another person's photo, and
 * that other person with the same pool entry. People of a photo are drawn by its weight; no pair comes twice.
 *
 * @returns at most `count` pairs, those of one photo together; fewer when there are not so many
 */
export function drawCrossPairs({ dataset, photos, count, seed }: PairPlan): EvaluationPair[] {
  const wearing = new Map<number, { sample: number; person: string }[]>();
  for (const photo of photos) {
    for (const sample of dataset.samplesOf(photo)) {
      const { pool } = dataset.sampleKey(sample);
      const list = wearing.get(pool) ?? [];
      wearing.set(pool, list);
      list.push({ sample, person: dataset.info.photos[photo].person });
    }
  }
  return draw(dataset, photos, count, createRandom(seed), (target, random) => {
    const truth = pick(random, dataset.samplesOf(target));
    const { pool } = dataset.sampleKey(truth);
    const { person } = dataset.info.photos[target];
    const others = wearing.get(pool)!.filter((other) => other.person !== person);
    if (others.length === 0) return undefined;
    const source = pick(random, others).sample;
    return {
      dataset, target, person, groups: expressionGroups(dataset, pool),
      source: { kind: "sample", index: source }, truth: { kind: "sample", index: truth },
    };
  });
}

/** Draws self-reenactments: a person's photo driven by that person's own synthesised expressions, which are the truth too. */
export function drawSelfPairs({ dataset, photos, count, seed }: PairPlan): EvaluationPair[] {
  return draw(dataset, photos, count, createRandom(seed), (target, random) => {
    const sample = { kind: "sample", index: pick(random, dataset.samplesOf(target)) } as const;
    const { person } = dataset.info.photos[target];
    return { dataset, target, person, groups: expressionGroups(dataset, dataset.sampleKey(sample.index).pool), source: sample, truth: sample };
  });
}

/** Self-reenactments of people with several photos: one real photo drives another, and is the truth. */
export function drawRealSelfPairs({ dataset, photos, count, seed }: PairPlan): EvaluationPair[] {
  const allowed = new Set(photos), random = createRandom(seed);
  const found = realPairs(dataset).filter(({ first, second }) => allowed.has(first) && allowed.has(second));
  while (found.length > count) found.splice(Math.floor(random() * found.length), 1);
  return found.map(({ first, second, person }) => {
    const driver = { kind: "original", index: first } as const;
    return { dataset, target: second, person, groups: [dataset.info.photos[first].set], source: driver, truth: driver };
  });
}

type Drawing = (target: number, random: Random) => EvaluationPair | undefined;

function draw(dataset: FaceDataset, photos: readonly number[], count: number, random: Random, next: Drawing): EvaluationPair[] {
  const found = new Map<string, EvaluationPair>(), people = peopleWithSeveralPhotos(dataset);
  const cumulative: number[] = [];
  photos.forEach((photo, i) => cumulative.push((cumulative[i - 1] ?? 0) + dataset.info.photos[photo].weight));
  for (let tries = 0; tries < TRIES * count && found.size < count && photos.length > 0; tries++) {
    const at = random() * cumulative[cumulative.length - 1];
    const pair = next(photos[cumulative.findIndex((sum) => at < sum)], random);
    if (!pair) continue;
    const other = people.get(pair.person)?.find((photo) => photo !== pair.target);
    found.set(`${pair.target}/${pair.source.index}/${pair.truth.index}`, { ...pair, other });
  }
  return [...found.values()].sort((a, b) => a.target - b.target);
}

import { peopleWithSeveralPhotos } from "../readers/person-photos.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import { createRandom, shuffled } from "../synthesis/random.js";
import { calibrate, type Calibration } from "./calibrate.js";
import { cosine } from "./cosine.js";
import type { IdentityJudge } from "./identity-judge.js";

/** More people than this are not compared: a bound on the pairs of two people, which grow with its square. */
const MOST_PEOPLE = 200;

/** Fewer people with several photos than this calibrate nothing. */
const FEWEST_PEOPLE = 10;

/**
 * Calibrates the identity judge on a dataset's real photos, unchanged by any synthesis: pairs that show one person, against pairs of the
 * first photo of one with the other photos of somebody else. People of both halves are used: the judge has learned from none.
 *
 * @returns undefined when fewer than ten people have several photos
 */
export async function verifyPeople(
  dataset: FaceDataset, judge: IdentityJudge, seed: string, onPhoto?: (done: number, total: number) => void, signal?: AbortSignal,
): Promise<Calibration | undefined> {
  const all = [...peopleWithSeveralPhotos(dataset).values()];
  if (all.length < FEWEST_PEOPLE) return undefined;
  const people = shuffled(createRandom(`${seed}/calibration`), all).slice(0, MOST_PEOPLE);
  const total = people.reduce((sum, photos) => sum + photos.length, 0);
  const described: Float32Array[][] = [];
  let done = 0;
  for (const photos of people) {
    signal?.throwIfAborted();
    described.push(await judge.describe(photos.map((photo) => dataset.original(photo).pixels)));
    onPhoto?.((done += photos.length), total);
  }
  const same: number[] = [], different: number[] = [];
  described.forEach((one, i) => described.forEach(([, ...others], j) => {
    for (const other of others) (i === j ? same : different).push(cosine(one[0], other));
  }));
  return calibrate(same, different);
}

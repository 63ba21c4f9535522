import type { FaceDataset } from "../synthesis/dataset.js";
import type { Split } from "../synthesis/dataset-format.js";

/** A cross-identity pair of real photos whose truth is known by its label: somebody else with the expression that the truth shows too. */
export interface LabelledPair {
  /** x_s: another person with the expression. */
  readonly source: number;
  /** x_t: the truth's person with any other expression. */
  readonly target: number;
  readonly truth: number;
  /** "neutral" or one of the basic expressions. */
  readonly expression: string;
}

/** Labelled photos of one half by person and by expression. */
export interface LabelledPhotos {
  readonly byPerson: ReadonlyMap<string, readonly number[]>;
  readonly byExpression: ReadonlyMap<string, readonly number[]>;
}

/** Photos of one half whose expression is known: of a set with labels, such as Oulu-CASIA or BU-4DFE. */
export function labelledPhotos({ info }: FaceDataset, split: Split): LabelledPhotos {
  const byPerson = new Map<string, number[]>(), byExpression = new Map<string, number[]>();
  const put = (map: Map<string, number[]>, key: string, photo: number) => {
    const list = map.get(key) ?? [];
    map.set(key, list);
    list.push(photo);
  };
  info.photos.forEach(({ person, expression, split: half }, photo) => {
    if (expression === undefined || half !== split) return;
    put(byPerson, person, photo);
    put(byExpression, expression, photo);
  });
  return { byPerson, byExpression };
}

/**
 * Draws a pair: a truth, another person who shows its expression, and a photo of the truth's person with another expression.
 *
 * @param random gives 0 ≤ x < 1
 * @returns undefined when the truth that was drawn has no such partners
 */
export function drawLabelledPair(dataset: FaceDataset, { byPerson, byExpression }: LabelledPhotos, random: () => number): LabelledPair | undefined {
  const { photos } = dataset.info;
  const draw = (list: readonly number[]): number | undefined => list[Math.floor(random() * list.length)];
  const truth = draw([...byPerson.values()].flat());
  if (truth === undefined) return undefined;
  const { person } = photos[truth], expression = photos[truth].expression!;
  const source = draw(byExpression.get(expression)!.filter((photo) => photos[photo].person !== person));
  const target = draw(byPerson.get(person)!.filter((photo) => photos[photo].expression !== expression));
  return source === undefined || target === undefined ? undefined : { source, target, truth, expression };
}

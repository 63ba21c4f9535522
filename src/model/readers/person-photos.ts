import type { FaceDataset } from "../synthesis/dataset.js";
import type { Split } from "../synthesis/dataset-format.js";

/** Two photos of a dataset that show one person, by their numbers. */
export interface PhotoPair {
  readonly first: number;
  readonly second: number;
  readonly person: string;
}

/**
 * The photos of a dataset by the people they show, those of one photo left out: real pairs of one person with two expressions, such as
 * neutral and smiling portraits.
 *
 * @param split only people of this half
 */
export function peopleWithSeveralPhotos({ info }: FaceDataset, split?: Split): Map<string, number[]> {
  const people = new Map<string, number[]>();
  info.photos.forEach((photo, i) => {
    if (split === undefined || photo.split === split) people.set(photo.person, [...(people.get(photo.person) ?? []), i]);
  });
  return new Map([...people].filter(([, photos]) => photos.length > 1));
}

/** Every pair of photos of one person, in both orders: one as the driver, the other as the photo that is to follow. */
export function realPairs(dataset: FaceDataset, split?: Split): PhotoPair[] {
  return [...peopleWithSeveralPhotos(dataset, split)].flatMap(([person, photos]) => (
    photos.flatMap((first) => photos.flatMap((second) => (first === second ? [] : [{ first, second, person }])))
  ));
}

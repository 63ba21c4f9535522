import type { IndexedPhoto } from "../synthesis/indexed-photo.js";
import { readBu4dfe } from "./bu-4dfe.js";
import { readCeleba } from "./celeba.js";
import { readOuluCasia } from "./oulu-casia.js";

/**
 * Reads a folder as the data set of the paper that it is laid out as: Oulu-CASIA, BU-4DFE or CelebA. Who points at one holds its licence.
 *
 * @returns undefined when it is none of them
 * @throws ReenactError DATA_INVALID when it is one but something of it is missing
 */
export async function readKnownSet(dir: string): Promise<IndexedPhoto[] | undefined> {
  return (await readOuluCasia(dir)) ?? (await readBu4dfe(dir)) ?? (await readCeleba(dir));
}

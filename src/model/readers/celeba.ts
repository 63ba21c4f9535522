import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import type { IndexedPhoto } from "../synthesis/indexed-photo.js";
import { firstWith } from "./subfolders.js";

const IMAGES = ["img_align_celeba", "Img/img_align_celeba", "img_align_celeba/img_align_celeba", "Img/img_celeba", "img_celeba"];
const LISTS = ["", "Anno", "Eval"];

/** A face counts as frontal when its nose is no further from the middle of its eyes than this share of their distance, along their line. */
const FRONTAL = 0.1;

/** Photos of a person, at most: the most frontal ones. */
const EACH = 2;

/** The partition of the set's own split that is kept: 2, its test images. */
const TEST = "2";

/**
 * CelebA (Liu et al. 2015) as it is distributed: `img_align_celeba/000001.jpg …` with its lists, as `.txt` or `.csv`, beside it or in `Anno`
 * and `Eval`. Taken for the "in the wild" column: of the test partition the frontal images, at most two of a person. Frontal is told from
 * the list of landmarks, people from that of identities; without the latter every image is a person of its own.
 *
 * @returns undefined when the folder is laid out otherwise
 * @throws ReenactError DATA_INVALID when the list of landmarks is missing
 */
export async function readCeleba(dir: string): Promise<IndexedPhoto[] | undefined> {
  const images = await firstWith(dir, IMAGES, async (path) => access(join(path, "000001.jpg")).then(() => true, () => false));
  if (images === undefined) return undefined;
  const landmarks = await readList(dir, "list_landmarks_align_celeba");
  if (!landmarks) {
    throw new ReenactError("DATA_INVALID", `Expected CelebA's list_landmarks_align_celeba.txt in ${dir} or its folder Anno but it is not there: put it there, it tells which faces are frontal.`);
  }
  const identities = await readList(dir, "identity_CelebA"), partition = await readList(dir, "list_eval_partition");
  const people = new Map<string, { file: string; turn: number }[]>();
  for (const [file, values] of landmarks) {
    const turn = sideways(values.map(Number));
    if (!(turn <= FRONTAL) || (partition && partition.get(file)?.[0] !== TEST)) continue;
    const person = identities?.get(file)?.[0] ?? file;
    const own = people.get(person) ?? [];
    people.set(person, own);
    own.push({ file, turn });
  }
  return [...people].flatMap(([person, own]) => own.sort((a, b) => a.turn - b.turn).slice(0, EACH)
    .map(({ file }) => ({ file: `${images}/${file}`, set: "celeba", person: `celeba/${person}`, weight: 1 })));
}

/** How far the nose lies from the middle of the eyes along their line, as a share of their distance. @param points left eye, right eye, nose, … */
function sideways([lx, ly, rx, ry, nx, ny]: readonly number[]): number {
  const dx = rx - lx, dy = ry - ly, square = dx * dx + dy * dy;
  return Math.abs(((nx - (lx + rx) / 2) * dx + (ny - (ly + ry) / 2) * dy) / square);
}

/** A list by file name: lines of a name and values, whatever else (a count, column names) is passed over. */
async function readList(dir: string, name: string): Promise<Map<string, string[]> | undefined> {
  for (const place of LISTS) {
    for (const ending of ["txt", "csv"]) {
      const text = await readFile(join(dir, place, `${name}.${ending}`), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      const lines = text.split("\n").map((line) => line.trim().split(/[\s,]+/)).filter(([file]) => /^\d+\.(jpg|png)$/.test(file));
      return new Map(lines.map(([file, ...values]) => [file, values]));
    }
  }
  return undefined;
}

import { access, readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { ReenactError } from "../../errors.js";
import { readKnownSet } from "../readers/known-sets.js";
import type { IndexedPhoto } from "./indexed-photo.js";
import { parseCsv } from "./parse-csv.js";

const IMAGES = new Set([".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff"]);
/** The faces of this generated set are near-duplicates: good for texture, poor for identity. */
const SET_WEIGHTS: Readonly<Record<string, number>> = { faker: 0.35 };

/**
 * Lists the photos of a folder. With an `index.csv` (columns `file`; optional `set`, `id`, `person`, `weight`, `expression`) the index is
 * followed: sets whose names agree up to the first hyphen ("london-neutral", "london-smiling") show the same people under the same ids.
 * A folder laid out as a data set that {@link readKnownSet} knows is read as that set.
 * Without one every image in the folder and below is taken, one person each.
 *
 * @throws ReenactError DATA_INVALID when the folder or its index cannot be read or names no photo
 */
export async function listPhotos(dir: string): Promise<IndexedPhoto[]> {
  const index = join(dir, "index.csv");
  const indexed = await access(index).then(() => true, () => false);
  const photos = indexed ? await readIndex(index) : (await readKnownSet(dir)) ?? (await scan(dir));
  if (photos.length === 0) {
    throw new ReenactError("DATA_INVALID", `Expected photos in ${dir} but found none; put JPEG, PNG, WebP, AVIF or TIFF files there.`);
  }
  return photos;
}

async function readIndex(path: string): Promise<IndexedPhoto[]> {
  return parseCsv(await readFile(path, "utf8")).map((row, i) => {
    const { file } = row;
    if (!file) throw new ReenactError("DATA_INVALID", `Expected a column "file" in ${path}, but row ${i + 1} has none; add it.`);
    const set = row.set || "photos";
    const weight = row.weight ? Number(row.weight) : (SET_WEIGHTS[set] ?? 1);
    if (!(weight > 0)) throw new ReenactError("DATA_INVALID", `Expected a weight above 0 for ${file} in ${path} but received ${row.weight}.`);
    const photo = { file, set, person: row.person || `${set.split("-")[0]}/${row.id || file}`, weight };
    return row.expression ? { ...photo, expression: row.expression } : photo;
  });
}

async function scan(dir: string): Promise<IndexedPhoto[]> {
  const names = await readdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new ReenactError("DATA_INVALID", `Expected a folder of photos at ${dir}, but it cannot be read; check --photos.`, { cause });
  });
  const files = names.map((name) => name.split(sep).join("/")).filter((name) => IMAGES.has(extname(name).toLowerCase())).sort();
  return files.map((file) => ({ file, set: file.includes("/") ? file.slice(0, file.indexOf("/")) : "photos", person: file, weight: 1 }));
}

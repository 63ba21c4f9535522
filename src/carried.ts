import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `scripts/carry.ts` puts the parts of other packages that an installation runs; in a checkout there is no such folder. */
const CARRIED = fileURLToPath(new URL("../vendor", import.meta.url));

/** Packages of which this one carries parts: whole they would be 290 MB more, and onnxruntime's would fetch CUDA as it is installed. */
export type CarriedName = "@mediapipe/selfie_segmentation" | "@mediapipe/tasks-vision" | "@vladmandic/human" | "onnxruntime-node";

/**
 * The folder of such a package: the part that this package carries, or, where it carries none (in a checkout; of onnxruntime on
 * platforms that few have), the package as it is installed.
 *
 * @param needed a file that has to be in it
 * @throws Error of Node when it is neither carried nor installed
 */
export function carriedFolder(name: CarriedName, needed = "package.json"): string {
  const carried = join(CARRIED, name);
  if (existsSync(join(carried, needed))) return carried;
  let folder = dirname(createRequire(import.meta.url).resolve(name));
  while (!isPackage(join(folder, "package.json"), name)) folder = dirname(folder);
  return folder;
}

/** Packages may have further, nameless package.json inside. */
function isPackage(path: string, name: string): boolean {
  return existsSync(path) && (JSON.parse(readFileSync(path, "utf8")) as { name?: string }).name === name;
}

/**
 * Packs a face basis (a folder that `dataset build --basis` takes) into the one file that comes with the package:
 *
 *     node --import tsx scripts/pack-face-basis.ts FOLDER_OF_THE_BASIS [weights/face-basis.safetensors]
 */
import { writeFile } from "node:fs/promises";
import { readBasisFolder } from "../src/model/synthesis/load-basis.js";
import { packagedBasisPath, packBasis } from "../src/model/synthesis/packaged-basis.js";

const [folder, out = packagedBasisPath()] = process.argv.slice(2);
if (!folder) throw new Error("Expected the folder of a face basis");
const file = packBasis(await readBasisFolder(folder));
await writeFile(out, file);
console.log(`${out}: ${file.length} bytes`);

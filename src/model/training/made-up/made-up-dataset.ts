import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DATASET_JSON, type DatasetInfo } from "../../synthesis/dataset-format.js";
import { dealExpressions, describePhotos } from "../../synthesis/dataset-plan.js";
import { DatasetWriter } from "../../synthesis/dataset-writer.js";
import { createRandom } from "../../synthesis/random.js";
import { drawFace } from "./draw-face.js";
import { BASIC_NAMES, BLENDSHAPES, drawExpression, neutralExpression } from "./expressions.js";
import { faceShape } from "./face-shape.js";
import { faceLandmarks } from "./landmarks.js";
import { drawPerson, type Person } from "./person.js";

/** How large a made-up dataset is. */
export interface MadeUpOptions {
  readonly people: number;
  /** Expressions of the pool, the neutral one counted in. */
  readonly pool: number;
  /** Expressions each person shows beside the neutral one. */
  readonly expressions: number;
  readonly seed: number;
}

/**
 * Writes a dataset of drawn faces, the same for the same options on every machine: ovals with eyes, brows and mouths that expression weights
 * move. It holds nobody's face and is for trying the training, not for training what is used. A folder that already has one is left as it is.
 */
export async function writeMadeUpDataset(dir: string, { people, pool, expressions, seed }: MadeUpOptions): Promise<void> {
  if (existsSync(join(dir, DATASET_JSON))) return;
  const random = createRandom(`made-up/${seed}`);
  const drawn = [neutralExpression(), ...Array.from({ length: pool - 1 }, () => drawExpression(random))];
  const names = Array.from({ length: people }, (_, i) => `person-${String(i + 1).padStart(4, "0")}`);
  const photos = describePhotos(names.map((name) => ({ file: `${name}.drawn`, set: "made-up", person: name, weight: 1 })), expressions + 1, seed);
  const info: DatasetInfo = {
    version: 2, cropSize: 96, seed, basisSha256: "none: made-up faces 1", synthesis: 1, basic: BASIC_NAMES, blendshapes: [...BLENDSHAPES], pool: drawn.length, photos,
  };
  const beside = `${dir}.writing`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  {
    await using writer = await DatasetWriter.create(beside, info, drawn);
    for (const [photo, worn] of dealExpressions(photos, drawn.length, expressions, seed).entries()) {
      const person = drawPerson(createRandom(`made-up/${seed}/${names[photo]}`)), own = drawExpression(createRandom(`made-up/${seed}/${names[photo]}/own`)).weights;
      await writer.writePhoto(photo, worn, {
        original: crop(person, own), oldWeights: own, identity: drawFace(person, faceShape(person, drawn[0].weights), true),
        samples: worn.map((entry) => crop(person, drawn[entry].weights)),
      });
    }
    await writer.writeInfo();
  }
  await rename(beside, dir);
}

function crop(person: Person, weights: Float32Array): { pixels: Uint8Array; landmarks: Float32Array } {
  const shape = faceShape(person, weights);
  return { pixels: drawFace(person, shape), landmarks: faceLandmarks(person, shape) };
}

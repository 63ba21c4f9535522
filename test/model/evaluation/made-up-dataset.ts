import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { DatasetInfo } from "../../../src/model/synthesis/dataset-format.js";
import { DatasetWriter } from "../../../src/model/synthesis/dataset-writer.js";

/** A photo of a made-up dataset: whose, and the pool entries it wears. */
export interface MadeUpPhoto {
  readonly person: string;
  readonly set: string;
  readonly split: "train" | "test";
  readonly worn: readonly number[];
}

const POOL = 4;
const blendshapes = ["jawOpen", "eyeBlinkLeft", "eyeBlinkRight", ...Array.from({ length: 48 }, (_, i) => `other${i}`)];
const basic = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"];

/**
 * A small dataset on disk. Pool entry 1 is happiness, 2 an open mouth with closed eyes, 3 nothing that has a name.
 *
 * @param picture the pixels of a photo wearing an entry (undefined: as it is)
 */
export async function madeUpDataset(t: TestContext, photos: readonly MadeUpPhoto[], picture: (photo: number, entry?: number) => Uint8Array): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "reenact-evaluation-"));
  t.after(() => rm(dir, { recursive: true }));
  const pool = Array.from({ length: POOL }, () => ({ weights: new Float32Array(51), label: new Float32Array(6) }));
  pool[1].label[3] = 0.8;
  pool[2].weights.set([0.7, 1, 0.9]);
  let next = 0;
  const info: DatasetInfo = {
    version: 2, cropSize: 96, seed: 1, basisSha256: "none", synthesis: 1, basic, blendshapes, pool: POOL,
    photos: photos.map(({ person, set, split, worn }, i) => {
      const firstSample = next;
      next += worn.length;
      return { file: `${i}.jpg`, set, person, split, weight: 1, firstSample, sampleCount: worn.length };
    }),
  };
  await using writer = await DatasetWriter.create(dir, info, pool);
  const landmarks = Float32Array.from({ length: 468 * 2 }, (_, i) => i % 96);
  for (const [i, { worn }] of photos.entries()) {
    const crop = (entry?: number) => ({ pixels: picture(i, entry), landmarks });
    await writer.writePhoto(i, worn, { original: crop(), identity: picture(i), oldWeights: new Float32Array(51), samples: worn.map(crop) });
  }
  await writer.writeInfo();
  return dir;
}

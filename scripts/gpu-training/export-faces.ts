/**
 * Packs faces with MediaPipe's scores for `train.py`: rendered expressions of photos, the photos themselves, frames of videos.
 *
 *   node --import tsx scripts/gpu-training/export-faces.ts --photos PHOTOS --basis BASIS --videos DIR --model-dir MODELS --out PACK [--each 17] [--turned 0.4] [--shard 0/1]
 *
 * Some faces wear what real people showed in their clips and photos, and some turn their heads as the rig does: MediaPipe scores a turned face differently.
 * People whose photos `reenact dataset build` holds out are marked, and so must be whoever is to be judged: keep such videos out of DIR.
 */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createMediapipeSource } from "../../src/model/landmarks/mediapipe-source.js";
import { requireModelFile } from "../../src/model/landmarks/model-file.js";
import { AHEAD, STRAIGHT } from "../../src/model/rig/rig-pose.js";
import { describePhotos } from "../../src/model/synthesis/dataset-plan.js";
import { weightsFromScores } from "../../src/model/synthesis/expression-basis.js";
import { loadBasis } from "../../src/model/synthesis/load-basis.js";
import { listPhotos } from "../../src/model/synthesis/photo-index.js";
import { between, chance, createRandom, pick } from "../../src/model/synthesis/random.js";
import { readRgb } from "../../src/model/synthesis/read-rgb.js";
import { synthesizeInPlace } from "../../src/model/synthesis/synthesise-photo.js";
import { readClip } from "../../src/pipeline/read-clip.js";
import { FacePack } from "./face-pack.js";
import { sampleVariety } from "./sample-variety.js";

const { values } = parseArgs({ options: {
  photos: { type: "string" }, basis: { type: "string" }, videos: { type: "string" }, "model-dir": { type: "string" }, out: { type: "string" },
  each: { type: "string", default: "17" }, turned: { type: "string", default: "0.4" }, shard: { type: "string", default: "0/1" }, seed: { type: "string", default: "1" },
} });
const { photos, basis: basisDir, videos, out } = values;
if (!photos || !basisDir || !out) throw new Error("Expected --photos DIR, --basis DIR and --out DIR; see the head of this script");
const [shard, shards] = values.shard.split("/").map(Number), each = Number(values.each), turned = Number(values.turned);
/** How often a face wears what a real person showed, times how much. */
const REAL = 0.3, LEAST = 0.8, MOST = 1.3;

const basis = await loadBasis(basisDir);
const landmarks = await createMediapipeSource({ modelPath: await requireModelFile({ modelDir: values["model-dir"] }) });
await mkdir(out, { recursive: true });
const pack = await FacePack.create(out, basis.blendshapes);
const listed = describePhotos(await listPhotos(photos), 1, 1); // the seed of `dataset build`: the same people are held out
const people = [...new Set(listed.map(({ person }) => person))];

/** [51] each: what people of clips and of photos showed. */
const worn: Float32Array[] = [];
const clips = videos ? (await readdir(videos)).sort() : [];
for (const [i, clip] of clips.entries()) {
  const before = pack.size;
  for await (const { frame, face } of readClip(join(videos!, clip), landmarks)) {
    if (!face?.blendshapes) continue;
    worn.push(weightsFromScores(basis, face.blendshapes));
    if (shard === 0) await pack.add({ kind: "frame", person: people.length + i, weight: 1, heldOut: false, picture: frame, face });
  }
  console.log(clip, pack.size - before);
}

for (const [i, photo] of listed.entries()) {
  if (i % shards !== shard) continue;
  const image = await readRgb(join(photos, photo.file)), [face] = await landmarks.detect(image);
  if (!face?.blendshapes) continue;
  const heldOut = photo.split === "test", about = { person: people.indexOf(photo.person), weight: photo.weight, heldOut };
  await pack.add({ kind: "photo", ...about, picture: image, face });
  if (!heldOut) worn.push(weightsFromScores(basis, face.blendshapes));
  const random = createRandom(`${values.seed}/variety/${photo.file}`);
  const { synthesizer } = await synthesizeInPlace(basis, image, face);
  for (let k = 0; k < (heldOut ? 4 : photo.weight < 1 ? Math.ceil(each / 3) : each); k++) {
    const { weights, gaze } = sampleVariety(basis, random), real = chance(random, REAL) && worn.length > 0;
    if (real) weights.set(pick(random, worn).map((weight) => Math.min(1.3, weight * between(random, LEAST, MOST))));
    const head = chance(random, turned) ? { yaw: between(random, -20, 20), pitch: between(random, -14, 14), roll: between(random, -8, 8) } : STRAIGHT;
    const rendered = synthesizer.render(weights, { gaze: real ? AHEAD : { x: gaze[0], y: gaze[1] }, head });
    const [seen] = await landmarks.detect(rendered);
    if (seen?.blendshapes) await pack.add({ kind: "rendered", ...about, picture: rendered, face: seen, requested: weights });
  }
  if (i % 20 === shard) console.log(new Date().toISOString().slice(11, 19), i, listed.length, pack.size);
}

await pack.close({ neutralBias: [...basis.neutralBias], people: [...people, ...clips] });
await landmarks.close();

/**
 * How G_es reads the people of clips, against MediaPipe: correlation and slope by channel, the mean over the clips in which it moves.
 *
 *   node --import tsx scripts/measure-reading.ts --clips DIR --model-dir MODELS [--weights DIR]… [--cache DIR] [--basis BASIS] [--each]
 *
 * A cache keeps what MediaPipe said and the crops, for the next weights. With a basis, slopes are those over weights instead of over scores.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Tensor } from "onnxruntime-node";
import { buildReadingModel } from "../src/model/engines/onnx/build-models.js";
import { createSession } from "../src/model/engines/onnx/create-session.js";
import { followReading, gazeOf, readingOf, type Followed, type ReadChannel, type Reading } from "../src/model/evaluation/reading-measures.js";
import { sampleCrop } from "../src/model/geometry/sample-crop.js";
import { createMediapipeSource } from "../src/model/landmarks/mediapipe-source.js";
import { requireModelFile } from "../src/model/landmarks/model-file.js";
import { weightsFromScores } from "../src/model/synthesis/expression-basis.js";
import { readClip } from "../src/pipeline/read-clip.js";
import { loadBasis } from "../src/model/synthesis/load-basis.js";
import { loadWeights } from "../src/model/weights/load-weights.js";

const { values } = parseArgs({ options: {
  clips: { type: "string" }, "model-dir": { type: "string" }, weights: { type: "string", multiple: true }, cache: { type: "string" }, basis: { type: "string" },
  each: { type: "boolean", default: false },
} });
if (!values.clips || !values.basis) throw new Error("Expected --clips DIR and --basis BASIS; see the head of this script");
const basis = await loadBasis(values.basis), names = basis.blendshapes;

interface Clip {
  readonly name: string;
  readonly count: number;
  readonly scores: Record<string, number>[];
  readonly gaze: [number, number][];
  readonly crops: Uint8Array;
}
const FACE = 96 * 96 * 3;

async function read(name: string): Promise<Clip | undefined> {
  const kept = values.cache && join(values.cache, `${name}.json`);
  if (kept && existsSync(kept)) return { ...JSON.parse(await readFile(kept, "utf8")) as Clip, crops: await readFile(`${kept}.u8`) };
  const landmarks = await createMediapipeSource({ modelPath: await requireModelFile({ modelDir: values["model-dir"] }) });
  const scores: Clip["scores"] = [], gaze: Clip["gaze"] = [], crops: Uint8Array[] = [];
  for await (const { frame, face, alignment } of readClip(join(values.clips!, name), landmarks)) {
    if (!face || !alignment) continue;
    scores.push({ ...face.blendshapes });
    gaze.push(gazeOf(face.points));
    crops.push(Uint8Array.from(sampleCrop(frame, alignment), (v) => Math.round((v + 1) * 127.5)));
  }
  await landmarks.close();
  if (scores.length < 10) return undefined;
  const clip = { name, count: scores.length, scores, gaze }, pixels = new Uint8Array(Buffer.concat(crops));
  if (kept) {
    await mkdir(values.cache!, { recursive: true });
    await writeFile(`${kept}.u8`, pixels);
    await writeFile(kept, JSON.stringify(clip));
  }
  return { ...clip, crops: pixels };
}

async function tell(session: Awaited<ReturnType<typeof createSession>>, clip: Clip): Promise<Reading[]> {
  const told: Reading[] = [];
  for (let from = 0; from < clip.count; from += 16) {
    const count = Math.min(16, clip.count - from);
    const pixels = Float32Array.from(clip.crops.subarray(from * FACE, (from + count) * FACE), (v) => v / 127.5 - 1);
    const { weights, gaze } = await session.run({ driver: new Tensor("float32", pixels, [count, 96, 96, 3]) });
    const said = weights.data as Float32Array, looks = gaze?.data as Float32Array | undefined;
    for (let i = 0; i < count; i++) {
      const named = Object.fromEntries(names.map((name, k) => [name, said[i * names.length + k]]));
      told.push(readingOf(named, looks ? [looks[2 * i], looks[2 * i + 1]] : gazeFromWeights(named)));
    }
  }
  return told;
}

/** Networks that tell no gaze tell how the eyes look by weights. */
function gazeFromWeights(w: Record<string, number>): [number, number] {
  return [
    (w.eyeLookOutLeft - w.eyeLookInLeft + w.eyeLookInRight - w.eyeLookOutRight) / 2, (w.eyeLookDownLeft + w.eyeLookDownRight - w.eyeLookUpLeft - w.eyeLookUpRight) / 2,
  ];
}

const clips: Clip[] = [];
for (const name of (await readdir(values.clips)).filter((file) => !/\.(png|jpg)$/.test(file) && !file.startsWith("static")).sort()) {
  const clip = await read(name);
  if (clip) clips.push(clip);
}
const measured = clips.map(({ scores, gaze }) => scores.map((score, i) => {
  const weights = weightsFromScores(basis, score);
  return readingOf(Object.fromEntries(names.map((name, k) => [name, weights[k]])), gaze[i]);
}));
for (const folder of values.weights ?? [undefined]) {
  const model = await loadWeights(folder);
  const session = await createSession(buildReadingModel(model.config, (name) => model.tensors.get(name)!));
  const each: Partial<Record<ReadChannel, Followed>>[] = [];
  for (const [i, clip] of clips.entries()) each.push(followReading(await tell(session, clip), measured[i]));
  await session.release();
  console.log(`\n${folder ?? "the package's weights"}: ${clips.length} clips`);
  for (const channel of Object.keys(measured[0][0]) as ReadChannel[]) {
    const found = each.map((clip) => clip[channel]), known = found.filter((one) => one !== undefined);
    const mean = (of: (one: Followed) => number) => (known.reduce((sum, one) => sum + of(one), 0) / known.length).toFixed(2);
    const detail = values.each ? clips.flatMap(({ name }, i) => (found[i] ? [`${name.replace(/\..*/, "")} ${found[i].r.toFixed(2)}/${found[i].slope.toFixed(2)}`] : [])).join("  ") : "";
    console.log(`${channel.padEnd(12)} r ${mean(({ r }) => r)} slope ${mean(({ slope }) => slope)} (${known.length} clips)  ${detail}`);
  }
}

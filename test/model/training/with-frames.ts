import { mkdir } from "node:fs/promises";
import type { DatasetInfo } from "../../../src/model/synthesis/dataset-format.js";
import { countSamples, dealExpressions, dealFrames, describePhotos, splitVideoPeople } from "../../../src/model/synthesis/dataset-plan.js";
import { DatasetWriter } from "../../../src/model/synthesis/dataset-writer.js";
import { FrameWriter } from "../../../src/model/synthesis/frame-writer.js";
import type { VideoFrame } from "../../../src/model/synthesis/video-frame.js";
import { BASIC_NAMES, BLENDSHAPES } from "../../../src/model/training/made-up/expressions.js";
import { mulberry32 } from "../../helpers/random.js";

/** Frames of {@link datasetWithFrames}, of four people; drawn entries of its pool. */
export const FRAMES = 20;
const DRAWN = 6, EXPRESSIONS = 3, PEOPLE = 12;

/**
 * Writes a dataset with frames of videos: nothing in it is a face. The pictures are of one colour: a photo's and its samples' red is the photo's
 * number, their green the pool entry (255: the photo itself), their blue 0; of frames, red is the frame, green 0 and blue 255.
 */
export async function datasetWithFrames(dir: string): Promise<VideoFrame[]> {
  const random = mulberry32(11), floats = (length: number) => Float32Array.from({ length }, random);
  const landmarks = () => floats(936).map((v) => 40 + 16 * v); // near each other: lines between them are drawn for every pair
  const colour = (...rgb: number[]) => Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => rgb[i % 3]);
  const frames = Array.from({ length: FRAMES }, (_, i): VideoFrame => ({ pixels: colour(i, 0, 255), landmarks: landmarks(), person: `p${i % 4}`, weights: floats(51) }));
  const described = describePhotos(Array.from({ length: PEOPLE }, (_, i) => ({ file: `${i}.png`, set: "s", person: `${i}`, weight: 1 + (i % 2) })), EXPRESSIONS + 1, 5);
  const people = [...new Set(frames.map(({ person }) => person))], splits = splitVideoPeople(people, described, 5);
  const real = dealFrames(described, frames.map(({ person }) => splits.get(person)!), DRAWN, EXPRESSIONS, 5);
  const worn = dealExpressions(described, DRAWN, EXPRESSIONS, 5).map((hand, i) => [...hand, ...real[i]]);
  const pool = [...Array.from({ length: DRAWN }, () => ({ weights: floats(51), label: floats(6) })), ...frames.map(({ weights }) => ({ weights, label: new Float32Array(6) }))];
  const info: DatasetInfo = {
    version: 2, cropSize: 96, seed: 5, basisSha256: "none", synthesis: 1, basic: BASIC_NAMES, blendshapes: [...BLENDSHAPES],
    photos: countSamples(described, worn), pool: pool.length, frames: { count: FRAMES, people, drawn: DRAWN },
  };
  await mkdir(dir, { recursive: true });
  await using written = await FrameWriter.create(dir);
  for (const frame of frames) await written.add(frame);
  await written.finish(people, splits, DRAWN);
  await using writer = await DatasetWriter.create(dir, info, pool);
  for (const [photo, hand] of worn.entries()) {
    await writer.writePhoto(photo, hand, {
      original: { pixels: colour(photo, 255, 0), landmarks: landmarks() }, identity: colour(photo, 0, 0), oldWeights: floats(51),
      samples: hand.map((entry) => ({ pixels: colour(photo, entry, 0), landmarks: landmarks() })),
    });
  }
  await writer.writeInfo();
  return frames;
}

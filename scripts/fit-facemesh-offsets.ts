/**
 * Measures how FaceMesh's points differ from MediaPipe's newer model on photos, for src/model/landmarks/facemesh-offsets.ts:
 *
 *     node --import tsx scripts/fit-facemesh-offsets.ts FOLDER_OF_PHOTOS FOLDER_OF_THE_MEDIAPIPE_MODEL
 *
 * Prints the offsets, and what is left after them on every fifth photo, which the fit has not seen. Photos of one face each, upright.
 */
import { glob } from "glob";
import sharp from "sharp";
import type { FaceLandmarks } from "../src/model/landmarks/face.js";
import { openFaceMesh, roiOfLandmarks } from "../src/model/landmarks/face-mesh.js";
import { correctPoints, encodeOffsets, faceAxes } from "../src/model/landmarks/facemesh-offsets.js";
import { openLandmarks } from "../src/model/landmarks/open-landmarks.js";

const POINTS = 468;
const [photos, modelDir] = process.argv.slice(2);
if (!photos || !modelDir) throw new Error("Expected a folder of photos and the folder of face_landmarker.task");

const mediapipe = await openLandmarks({ kind: "mediapipe", modelDir, worker: false });
const mesh = await openFaceMesh({ correct: false });
const pairs: { readonly raw: Float32Array; readonly truth: Float32Array }[] = [];
for (const path of (await glob(`${photos}/**/*.{jpg,jpeg,png}`)).sort()) {
  const { data, info } = await sharp(path).rotate().removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const image = { data: new Uint8Array(data), width: info.width, height: info.height };
  const [truth] = await mediapipe.detect(image);
  if (!truth) continue;
  let face: FaceLandmarks = { points: truth.points.subarray(0, POINTS * 3), score: 1 };
  for (let look = 0; look < 4; look++) ({ face } = await mesh.locate(image, roiOfLandmarks(face)));
  pairs.push({ raw: face.points, truth: truth.points });
}
await mesh.close();
await mediapipe.close();

const seen = pairs.filter((_, i) => i % 5 !== 0), unseen = pairs.filter((_, i) => i % 5 === 0);
const offsets = new Float32Array(2 * POINTS);
for (const { raw, truth } of seen) {
  const { ux, uy, vx, vy } = faceAxes(raw);
  const area = ux * vy - uy * vx;
  for (let i = 0; i < POINTS; i++) {
    const dx = truth[3 * i] - raw[3 * i], dy = truth[3 * i + 1] - raw[3 * i + 1];
    offsets[i] += (dx * vy - dy * vx) / area / seen.length;
    offsets[POINTS + i] += (dy * ux - dx * uy) / area / seen.length;
  }
}

/** Mean distance as a share of the distance of the outer eye corners. */
function error(corrected: boolean): string {
  let sum = 0;
  for (const { raw, truth } of unseen) {
    const points = raw.slice();
    if (corrected) correctPoints(points, offsets);
    const eyes = Math.hypot(truth[3 * 263] - truth[3 * 33], truth[3 * 263 + 1] - truth[3 * 33 + 1]);
    for (let i = 0; i < POINTS; i++) sum += Math.hypot(points[3 * i] - truth[3 * i], points[3 * i + 1] - truth[3 * i + 1]) / eyes;
  }
  return `${(100 * sum / unseen.length / POINTS).toFixed(2)} %`;
}
console.log(`${seen.length} photos; on ${unseen.length} others ${error(false)} before, ${error(true)} after`);
console.log(encodeOffsets(offsets));

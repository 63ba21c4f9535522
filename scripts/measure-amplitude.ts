/**
 * Measures whether what is asked for is what is seen: photos of the training half are rendered with one blendshape (both sides) at a time,
 * and MediaPipe scores the pictures. For src/model/synthesis/response.ts:
 *
 *     node --import tsx scripts/measure-amplitude.ts FOLDER_OF_PHOTOS FOLDER_OF_THE_MEDIAPIPE_MODEL [PHOTOS] [BLENDSHAPE…]
 *
 * Prints the mean score (less what a neutral face scores) at weights 0, .25, .5, .75 and 1, and the slope of a line through all of them.
 * Sixteen photos and the ten blendshapes that are measured when none is named take two minutes. Look at the pictures too.
 */
import { join } from "node:path";
import { openLandmarks } from "../src/model/landmarks/open-landmarks.js";
import { describePhotos } from "../src/model/synthesis/dataset-plan.js";
import { weightsFromScores, weightVector } from "../src/model/synthesis/expression-basis.js";
import { FaceSynthesizer } from "../src/model/synthesis/face-synthesizer.js";
import { loadPackagedBasis } from "../src/model/synthesis/packaged-basis.js";
import { listPhotos } from "../src/model/synthesis/photo-index.js";
import { readRgb } from "../src/model/synthesis/read-rgb.js";

const LEVELS = [0, 0.25, 0.5, 0.75, 1];
const [folder, modelDir, count = "16", ...named] = process.argv.slice(2);
if (!folder || !modelDir || !(Number(count) > 0)) throw new Error("Expected a folder of photos, the folder of face_landmarker.task and how many photos to take");
const channels = named.length > 0 ? named : [
  "jawOpen", "mouthSmile", "eyeBlink", "browInnerUp", "browOuterUp", "browDown", "mouthPucker", "mouthFunnel", "mouthUpperUp", "mouthLowerDown",
];

const basis = await loadPackagedBasis();
const source = await openLandmarks({ kind: "mediapipe", modelDir, worker: false });
const training = describePhotos(await listPhotos(folder), 1, 1).filter(({ split }) => split === "train");
const photos = training.filter((_, i) => i % Math.ceil(training.length / Number(count)) === 0);
const sidesOf = (channel: string) => (basis.blendshapes.includes(channel) ? [channel] : [`${channel}Left`, `${channel}Right`]);

const sums = channels.map(() => LEVELS.map(() => 0)), squares = channels.map(() => 0);
let rendered = 0;
for (const { file } of photos) {
  const image = await readRgb(join(folder, file)), [face] = await source.detect(image);
  if (!face) continue;
  const synthesizer = new FaceSynthesizer(basis, image, face);
  for (const [c, channel] of channels.entries()) {
    const sides = sidesOf(channel);
    for (const [l, level] of LEVELS.entries()) {
      const [seen] = await source.detect(synthesizer.render(weightVector(basis, Object.fromEntries(sides.map((side) => [side, level])))));
      const weights = seen ? weightsFromScores(basis, seen.blendshapes!) : new Float32Array(basis.blendshapes.length);
      const score = sides.reduce((sum, side) => sum + weights[basis.blendshapes.indexOf(side)] / sides.length, 0);
      sums[c][l] += score;
      squares[c] += (level - 0.5) * score;
    }
  }
  rendered++;
}
await source.close();

const spread = LEVELS.reduce((sum, level) => sum + (level - 0.5) ** 2, 0);
console.log(`${rendered} photos of the training half\n${"".padEnd(16)}${LEVELS.map((level) => level.toFixed(2).padStart(6)).join("")}  slope`);
channels.forEach((channel, c) => {
  const means = sums[c].map((sum) => (sum / rendered).toFixed(2).padStart(6)).join("");
  console.log(`${channel.padEnd(16)}${means}${(squares[c] / rendered / spread).toFixed(2).padStart(7)}`);
});

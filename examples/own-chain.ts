/**
 * A chain of one's own: the photo comes alive within the first second, which no option asks for. The operators and what a scene holds are
 * `reenact/operators` and `reenact` for who installs the package.
 *
 *     npx tsx examples/own-chain.ts driver.mp4 photo.jpg out.mp4
 */
import { lastValueFrom, map } from "rxjs";
import { createReenactor, openEncoder } from "../src/index.js";
import {
  alignFaces, batchFrames, composeFrames, countWeights, creditsFor, cropFaces, easeMissing, framesFrom, readFaces, restOf,
  steadyPoses, trackFace, turnHeads, writeFrames,
} from "../src/operators.js";

const [input, photo, output] = process.argv.slice(2);
await using reenactor = createReenactor();
await using scene = await reenactor.open({ input, photo });
await using encoder = await openEncoder({ output, ...scene.encoding });
const { options, landmarks, engine, sitter, painter } = scene, credits = creditsFor(options);
await lastValueFrom(framesFrom(scene.decoder, credits).pipe(
  trackFace(landmarks), alignFaces(), easeMissing("ease"), turnHeads(() => options, restOf(scene)),
  cropFaces(), batchFrames(options.batch, { latency: Infinity }), readFaces(engine), steadyPoses(),
  countWeights(() => "relative", restOf(scene), sitter.rig.currentWeights, sitter.shares),
).pipe(
  map((driven) => ({ ...driven, activity: driven.activity * Math.min(1, driven.frame.timestamp) })),
  composeFrames(painter, options), writeFrames(encoder, credits),
));
const { path, frames } = await encoder.finish();
console.log(`${path}: ${frames} frames`);

// What a user of the library writes; compiled against the package's types and run by .ci/install in a project that has nothing else.
import { createReenactor, ReenactError, type Progress } from "reenact";
import { creditsFor, framesFrom, trackFace } from "reenact/operators";

const [input, photo, output] = process.argv.slice(2) as [string, string, string];
let last: Progress | undefined;
try {
  await using reenactor = createReenactor();
  const { frames, faces } = await reenactor.reenact({ input, photo, output, end: 0.5, landmarks: "facemesh" }, { onProgress: (progress) => (last = progress) });
  await using scene = await reenactor.open({ input, photo, end: 0.1, landmarks: "facemesh" });
  const credits = creditsFor(scene.options);
  let tracked = 0;
  await framesFrom(scene.decoder, credits).pipe(trackFace(scene.landmarks)).forEach(({ face }) => void (face && tracked++));
  console.log(`${frames} frames, ${faces} faces, told ${last?.frame}, tracked ${tracked}`);
} catch (error) {
  console.error(error instanceof ReenactError ? error.code : error);
  process.exitCode = 1;
}

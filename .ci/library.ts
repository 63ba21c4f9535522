// What a user of the library writes; compiled against the package's types and run by .ci/install in a project that has nothing else.
import { ReenactError, reenact, type Progress } from "reenact";

const [input, photo, output] = process.argv.slice(2) as [string, string, string];
let last: Progress | undefined;
try {
  const { frames, faces } = await reenact({ input, photo, output, end: 1, landmarks: "facemesh" }, { onProgress: (progress) => (last = progress) });
  console.log(`${frames} frames, ${faces} faces, told ${last?.frame}`);
} catch (error) {
  console.error(error instanceof ReenactError ? error.code : error);
  process.exitCode = 1;
}

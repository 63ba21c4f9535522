/**
 * The demo of `npm run demo`: the driver's expressions onto the photo, both made by scripts/make-example-media.ts, and how well the
 * output follows the driver.
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { EXIT_CODES, reenact, ReenactError, scoreVideo } from "../src/index.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const [driver, photo, output] = [here("media/driver.mp4"), here("media/photo.jpg"), here("../out/demo.mp4")];

try {
  await mkdir(here("../out"), { recursive: true });
  const onProgress = ({ frame, total, fps }: { frame: number; total?: number | undefined; fps: number }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${frame}/${total ?? "?"} frames, ${fps.toFixed(1)} frames/s `);
  };
  const summary = await reenact({ input: driver, photo, output, overwrite: true }, { onProgress });
  if (process.stderr.isTTY) process.stderr.write("\n");
  console.log(`${output}: ${summary.frames} frames at ${summary.fps.toFixed(1)} frames/s, a face in ${summary.faces} of them`);
  const { mouthOpen, smile, eyesOpen } = await scoreVideo(driver, output);
  console.log(`follows the driver (correlation over time): mouth opening ${mouthOpen.toFixed(2)}, smile ${smile.toFixed(2)}, eyelids ${eyesOpen.toFixed(2)}`);
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof ReenactError ? error.exitCode : EXIT_CODES.INTERNAL;
}

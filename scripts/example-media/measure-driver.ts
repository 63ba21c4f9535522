import { execFileSync } from "node:child_process";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";

/** Scores that must follow the act. */
const SCORES = ["jawOpen", "mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "eyeBlinkRight", "browInnerUp", "eyeWideLeft", "mouthFunnel"] as const;

/**
 * Measures in the finished file what was meant to be shown: in how many frames a face is found, and for the main scores their range and
 * their correlation over time with the weights.
 *
 * @param size side of the picture in pixels
 * @param act the weights of every frame by blendshape name
 * @returns a table for people
 */
export async function measureDriver(
  file: string, size: number, fps: number, act: readonly Readonly<Record<string, number>>[], landmarks: LandmarkSource,
): Promise<string> {
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", file, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], { maxBuffer: 1 << 30 });
  const bytes = size * size * 3, frames = Math.floor(raw.length / bytes);
  const meant: Readonly<Record<string, number>>[] = [], seen: Readonly<Record<string, number>>[] = [];
  for (let i = 0; i < frames; i++) {
    const data = new Uint8Array(raw.buffer, raw.byteOffset + i * bytes, bytes);
    const [face] = await landmarks.detect({ data, width: size, height: size }, { timestamp: i / fps });
    if (!face?.blendshapes) continue;
    meant.push(act[i]);
    seen.push(face.blendshapes);
  }
  const lines = SCORES.map((name) => {
    const weights = meant.map((named) => named[name] ?? 0), scores = seen.map((named) => named[name] ?? 0);
    const range = `${Math.min(...scores).toFixed(2)} … ${Math.max(...scores).toFixed(2)}`;
    return `${name.padEnd(16)} scores ${range}, correlation with the weights ${correlation(weights, scores).toFixed(2)}`;
  });
  return [`a face in ${seen.length} of ${frames} frames (${act.length} meant)`, ...lines].join("\n");
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const ma = mean(a), mb = mean(b);
  let ab = 0, aa = 0, bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

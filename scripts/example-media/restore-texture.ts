import { clamp01 } from "../../src/model/geometry/kernels.js";
import { gaussianBlur } from "../../src/model/synthesis/gaussian-blur.js";
import { createRandom } from "../../src/model/synthesis/random.js";

/** Bands of detail between these standard deviations, pixels of a picture of 512 × 512. */
const SIGMAS = [0.6, 1.3, 2.6, 5.2];
/** Detail is made stronger at most by this, by less outside the face, where amplified detail would be ghosts. */
const MAX_GAIN = 2.3;
/** Standard deviation of the grain, of 255. */
const GRAIN = 1.2;

/**
 * Gives an average back the detail that averaging took: each band of its luminance is amplified until it is as strong round every
 * pixel as it is in the single pictures on average (root mean square). Pores and hairs that cancelled out altogether cannot come back:
 * a fine grain stands for them, always the same.
 *
 * @param average [size, size, 3], 0…255
 * @param people the pictures it was made of, [size, size, 3] each
 * @param face [size, size] 1 in the face, 0 outside
 * @returns [size, size, 3]
 */
export function restoreTexture(average: Float32Array, people: readonly Uint8Array[], face: Float32Array, size: number): Uint8Array {
  const sigmas = SIGMAS.map((sigma) => sigma * size / 512), window = size / 50;
  const scratch = new Float32Array(size * size);
  const blurred = (plane: Float32Array, sigma: number) => {
    const copy = plane.slice();
    gaussianBlur(copy, size, size, sigma, scratch);
    return copy;
  };
  const bandsOf = (picture: ArrayLike<number>) => {
    const levels = [luminance(picture, size)];
    for (const sigma of sigmas) levels.push(blurred(levels[0], sigma));
    return sigmas.map((_, k) => levels[k].map((value, i) => value - levels[k + 1][i]));
  };
  const wanted = sigmas.map(() => new Float32Array(size * size));
  for (const person of people) {
    bandsOf(person).forEach((band, k) => band.forEach((value, i) => { wanted[k][i] += value * value / people.length; }));
  }
  const added = new Float32Array(size * size);
  bandsOf(average).forEach((band, k) => {
    const goal = blurred(wanted[k], window), has = blurred(band.map((value) => value * value), window);
    for (let i = 0; i < added.length; i++) {
      const most = 1 + (MAX_GAIN - 1) * (0.4 + 0.6 * clamp01(face[i]));
      added[i] += band[i] * (Math.min(most, Math.max(1, Math.sqrt(goal[i] / (has[i] + 0.05)))) - 1);
    }
  });
  const random = createRandom("grain");
  const grain = Float32Array.from(added, () => random() + random() + random() - 1.5); // nearly normal, variance 1/4
  gaussianBlur(grain, size, size, 0.7 * size / 512, scratch);
  const strength = GRAIN / Math.sqrt(grain.reduce((sum, value) => sum + value * value, 0) / grain.length);
  const result = new Uint8ClampedArray(average.length);
  for (let i = 0; i < result.length; i++) {
    const pixel = Math.floor(i / 3);
    result[i] = average[i] + added[pixel] + strength * grain[pixel];
  }
  return new Uint8Array(result.buffer);
}

function luminance(picture: ArrayLike<number>, size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, i) => 0.299 * picture[3 * i] + 0.587 * picture[3 * i + 1] + 0.114 * picture[3 * i + 2]);
}

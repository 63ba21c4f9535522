import { smoothstep } from "../geometry/kernels.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";

/** What is so many times as far from a place as the rim is what comes there: 2 would be a mirror, in which slanting lines turn back at the rim. */
const FAR = 1.4;
/** A place is known from here on. */
const KNOWN = 0.5;

/**
 * Continues what is known of a picture into what is not, mirrored at the rim between them: texture stays texture, and lines that meet the rim
 * go on. What would come from further than `reach` or from what is unknown itself stays unknown.
 *
 * @param colours [height, width, 3], rewritten where little is known
 * @param known [height, width] 0…1, raised there
 * @param reach pixels from the rim, and half of it over which it ends
 * @param soft pixels over which the rim's bends are smoothed
 */
export function mirrorOutside(colours: Float32Array, known: Float32Array, width: number, height: number, reach: number, soft: number): void {
  const depth = depthOf(known, width, height), even = depth.slice(), given = known.slice();
  gaussianBlur(even, width, height, soft);
  for (let y = 1, n = width + 1; y < height - 1; y++, n += 2) {
    for (let x = 1; x < width - 1; x++, n++) {
      if (depth[n] === 0 || depth[n] > reach) continue;
      const across = even[n + 1] - even[n - 1], down = even[n + width] - even[n - width], slope = Math.hypot(across, down);
      if (slope < 0.2) continue;
      const by = (FAR * depth[n]) / slope, i = Math.round(x - by * across), j = Math.round(y - by * down);
      if (i < 0 || j < 0 || i >= width || j >= height) continue;
      const m = j * width + i, share = given[m] * smoothstep((2 * (reach - depth[n])) / reach) * (1 - given[n]);
      if (share < given[n]) continue;
      for (let c = 0; c < 3; c++) colours[3 * n + c] += (share / (share + given[n])) * (colours[3 * m + c] - colours[3 * n + c]);
      known[n] = Math.min(1, share + given[n]);
    }
  }
}

/** How far every unknown place is from what is known, pixels; 0 where it is (a chamfer transform in two passes). */
function depthOf(known: Float32Array, width: number, height: number): Float32Array {
  const depth = known.map((value) => (value >= KNOWN ? 0 : Infinity));
  for (let j = 0, n = 0; j < height; j++) {
    for (let i = 0; i < width; i++, n++) {
      let least = depth[n];
      if (least === 0) continue;
      if (i > 0) least = Math.min(least, depth[n - 1] + 1);
      if (j > 0) least = Math.min(least, depth[n - width] + 1);
      if (i > 0 && j > 0) least = Math.min(least, depth[n - width - 1] + Math.SQRT2);
      if (i < width - 1 && j > 0) least = Math.min(least, depth[n - width + 1] + Math.SQRT2);
      depth[n] = least;
    }
  }
  for (let j = height - 1, n = depth.length - 1; j >= 0; j--) {
    for (let i = width - 1; i >= 0; i--, n--) {
      let least = depth[n];
      if (least === 0) continue;
      if (i < width - 1) least = Math.min(least, depth[n + 1] + 1);
      if (j < height - 1) least = Math.min(least, depth[n + width] + 1);
      if (i < width - 1 && j < height - 1) least = Math.min(least, depth[n + width + 1] + Math.SQRT2);
      if (i > 0 && j < height - 1) least = Math.min(least, depth[n + width - 1] + Math.SQRT2);
      depth[n] = least;
    }
  }
  // Where nothing is known everything is as far.
  for (let n = 0; n < depth.length; n++) if (depth[n] === Infinity) depth[n] = width + height;
  return depth;
}

import { LOWER_RIM, UPPER_RIM } from "./lip-rims.js";

/** Opposite landmarks of the upper and the lower rim of each eye, and of the middle of the lips. */
const EYES = [[161, 163], [160, 144], [159, 145], [158, 153], [157, 154], [388, 390], [387, 373], [386, 374], [385, 380], [384, 381]] as const;
const LIPS = UPPER_RIM.map((upper, i) => [upper, LOWER_RIM[i]] as const).slice(3, -3);
const PAIRS = [...EYES, ...LIPS];

/** Where points lie between the rims of a pair. */
const FRACTIONS = [0.3, 0.7];

/** How far inside of the target's rims a point must be to count, pixels. */
const MARGIN = 0.5;

/** Points that {@link stillPoints} writes. */
export const STILL_POINTS = PAIRS.length * FRACTIONS.length;

/**
 * What stands still while lids and lips move over it: eyeballs, and the teeth of a photo that shows its own. Points between the truth's rims that
 * lie between the target's too, where the synthesis shows the very same pixels; no landmark tells the flow so.
 *
 * @param truth landmarks (x, y) in pixels of the crop; @param target the same; @param ownTeeth whether the target's mouth is the photo's own
 * @param points [n, 2] written, pixel centres at whole numbers; @param weights [n] written: 1 for a point that counts, else 0
 */
export function stillPoints(truth: Float32Array, target: Float32Array, ownTeeth: boolean, points: Float32Array, weights: Float32Array): void {
  let i = 0;
  for (const [upper, lower] of PAIRS) {
    const shown = rimsOf(truth, upper, lower), rim = rimsOf(target, upper, lower);
    for (const fraction of FRACTIONS) {
      const x = shown.x + fraction * shown.dx, y = shown.y + fraction * shown.dy;
      const depth = ((x - rim.x) * rim.dx + (y - rim.y) * rim.dy) / (rim.gap || 1);
      points.set([x - 0.5, y - 0.5], 2 * i);
      const counts = i < EYES.length * FRACTIONS.length || ownTeeth;
      weights[i++] = counts && shown.gap > 2 * MARGIN && depth > MARGIN && depth < rim.gap - MARGIN ? 1 : 0;
    }
  }
}

/** A pair's upper landmark, and the way to its lower one. */
function rimsOf(landmarks: Float32Array, upper: number, lower: number) {
  const x = landmarks[2 * upper], y = landmarks[2 * upper + 1];
  const dx = landmarks[2 * lower] - x, dy = landmarks[2 * lower + 1] - y;
  return { x, y, dx, dy, gap: Math.hypot(dx, dy) };
}

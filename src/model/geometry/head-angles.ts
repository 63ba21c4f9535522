import type { HeadAngles } from "../rig/rig-pose.js";
import { fitPose } from "../synthesis/pose-fit.js";

/**
 * Landmarks that neither expressions nor the jaw move much, with their place on MediaPipe's canonical face in centimetres (right, up,
 * towards the viewer): those in the middle …
 */
const MIDDLE: readonly (readonly [landmark: number, up: number, near: number])[] = [
  [168, 3.27, 5.24], [6, 2.47, 5.79], [197, 1.73, 6.32], [195, 1.06, 6.77], [5, 0.37, 7.24], [4, -0.46, 7.59], [1, -1.13, 7.48], [2, -2.09, 6.06],
  [10, 8.26, 4.48], [151, 6.55, 5.03], [9, 4.89, 5.39], [8, 4.02, 5.28],
];
/** … and those that come in pairs, the left one of the picture first; `right` is the second one's. */
const PAIRS: readonly (readonly [first: number, second: number, right: number, up: number, near: number])[] = [
  [33, 263, 4.45, 2.66, 3.17], [133, 362, 1.86, 2.59, 3.76], [98, 327, 1.41, -1.71, 5.24], [127, 356, 7.74, 2.36, -2.01], [234, 454, 7.66, 0.67, -2.44],
  [21, 251, 7.09, 5.43, 0.1], [54, 284, 6.28, 6.62, 1.43], [103, 332, 5.13, 7.49, 2.66], [67, 297, 3.52, 8.01, 3.73], [109, 338, 1.89, 8.24, 4.27],
];

const LANDMARKS = [...MIDDLE.map(([k]) => k), ...PAIRS.flatMap(([first, second]) => [first, second])];
const CANONICAL = [...MIDDLE.flatMap(([, up, near]) => [0, up, near]), ...PAIRS.flatMap(([, , right, up, near]) => [-right, up, near, right, up, near])];
const ALIKE = LANDMARKS.map(() => 1);

/**
 * How a head is held, from where its rigid parts lie in space: the turn that takes the canonical face onto them, as yaw after pitch after
 * roll. Both landmark sources tell depth, so it holds up to near profile.
 *
 * @param points at least 468 landmarks x0, y0, z0, x1, … in pixels, smaller z is nearer
 * @returns degrees; 0 for a face that looks straight into the camera. Yaw > 0: it faces the picture's right, pitch > 0: down, roll > 0: clockwise
 */
export function headAngles(points: ArrayLike<number>): HeadAngles {
  const found = new Float64Array(3 * LANDMARKS.length);
  LANDMARKS.forEach((k, i) => {
    found[3 * i] = points[3 * k];
    found[3 * i + 1] = -points[3 * k + 1];
    found[3 * i + 2] = -points[3 * k + 2];
  });
  const { rotation: r } = fitPose(CANONICAL, found, ALIKE), degrees = 180 / Math.PI;
  return {
    yaw: degrees * Math.atan2(r[2], r[8]),
    pitch: degrees * Math.asin(Math.max(-1, Math.min(1, -r[5]))),
    roll: -degrees * Math.atan2(r[3], r[4]),
  };
}

import type { FaceLandmarks } from "../landmarks/face.js";
import { followSeries, type Followed } from "./follow-series.js";

/** The movements that a reading of real people is judged by; left and right are averaged. */
export const READ_CHANNELS = {
  jawOpen: ["jawOpen"], mouthSmile: ["mouthSmileLeft", "mouthSmileRight"], eyeBlink: ["eyeBlinkLeft", "eyeBlinkRight"],
  browUp: ["browInnerUp", "browOuterUpLeft", "browOuterUpRight"], browDown: ["browDownLeft", "browDownRight"], mouthPucker: ["mouthPucker"],
  mouthFunnel: ["mouthFunnel"], eyeSquint: ["eyeSquintLeft", "eyeSquintRight"],
  upperLip: ["mouthUpperUpLeft", "mouthUpperUpRight"], lowerLip: ["mouthLowerDownLeft", "mouthLowerDownRight"],
} as const;

/** A channel's name; `gazeX` and `gazeY` are where the irises are. */
export type ReadChannel = keyof typeof READ_CHANNELS | "gazeX" | "gazeY";

/** Channels that move by less than this in a clip (standard deviation) are not judged there. */
const MOVES: Readonly<Record<"score" | "gaze", number>> = { score: 0.02, gaze: 0.015 };

export type { Followed } from "./follow-series.js";

/** A frame's channels, one number each. */
export type Reading = Readonly<Record<ReadChannel, number>>;

/** The channels of named scores or weights, and where the irises are. */
export function readingOf(named: Readonly<Record<string, number>>, gaze: readonly [x: number, y: number]): Reading {
  const means = Object.entries(READ_CHANNELS).map(([channel, names]) => [channel, names.reduce((sum, name) => sum + (named[name] ?? 0), 0) / names.length]);
  return { ...Object.fromEntries(means), gazeX: gaze[0], gazeY: gaze[1] } as Reading;
}

/** Corners and iris of each eye; corners from the picture's left to its right. */
const EYES = [[33, 133, 468], [362, 263, 473]] as const;

/**
 * Where both irises are between the corners of their eyes, as shares of an eye's width: along the line of the corners (positive to the picture's
 * right) and across it (positive down), mean of both.
 *
 * @param points of a face with irises, see {@link FaceLandmarks}
 */
export function gazeOf(points: FaceLandmarks["points"]): [x: number, y: number] {
  const at = (i: number) => [points[3 * i], points[3 * i + 1]] as const;
  const seen = EYES.map(([left, right, iris]) => {
    const [ax, ay] = at(left), [bx, by] = at(right), [ix, iy] = at(iris);
    const dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy || 1;
    const x = ix - (ax + bx) / 2, y = iy - (ay + by) / 2;
    return [(x * dx + y * dy) / square, (y * dx - x * dy) / square] as const;
  });
  return [(seen[0][0] + seen[1][0]) / 2, (seen[0][1] + seen[1][1]) / 2];
}

/** How one clip's frames were followed, by channel; channels that hardly move in it are left out. */
export function followReading(told: readonly Reading[], measured: readonly Reading[]): Partial<Record<ReadChannel, Followed>> {
  const channels = Object.keys(measured[0] ?? {}) as ReadChannel[];
  return Object.fromEntries(channels.flatMap((channel) => {
    const x = measured.map((reading) => reading[channel]), y = told.map((reading) => reading[channel]);
    const followed = followSeries(x, y, { leader: MOVES[channel.startsWith("gaze") ? "gaze" : "score"], follower: 1e-6 });
    return followed ? [[channel, followed]] : [];
  }));
}

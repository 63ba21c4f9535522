import type { Frame } from "../frame.js";
import { correlation } from "../model/evaluation/correlation.js";
import { measureExpression, type ExpressionMeasures } from "../model/evaluation/expression-measures.js";
import { faceMotion } from "../model/geometry/driver-motion.js";
import { LIDS_CLOSED } from "../model/geometry/gaze.js";
import { lag } from "../model/evaluation/lag.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LikenessScores } from "./video-judge.js";

/** MediaPipe's scores that a person would look for first; left and right are averaged. */
const BLENDSHAPES = {
  jawOpen: ["jawOpen"], mouthSmile: ["mouthSmileLeft", "mouthSmileRight"], eyeBlink: ["eyeBlinkLeft", "eyeBlinkRight"], browInnerUp: ["browInnerUp"],
} as const;

type Movement = keyof ExpressionMeasures;
const MOVEMENTS: readonly Movement[] = ["mouthOpen", "smile", "eyesOpen", "browsUp"];

/** How head and eyes move, with the least standard deviation that counts as moving: degrees, and eye widths. */
const MOTIONS = { yaw: 1, pitch: 1, roll: 1, gaze: 0.02 } as const;

/** One of {@link MOTIONS}: angles of the head, and where the eyes look from side to side. */
export type Motion = keyof typeof MOTIONS;

/** How one video follows another, as correlations over time, −1…1 each; NaN where the driver does not move. */
export interface FollowScores extends ExpressionMeasures {
  /** Frames in which both show a face. */
  readonly frames: number;
  /** Frames of each. */
  readonly driverFrames: number;
  readonly outputFrames: number;
  /** How much of each movement arrives: the slope of the output's over the driver's; 1 is all of it. */
  readonly strength: ExpressionMeasures;
  /** How the head's angles and the gaze follow over time, and how much of them arrives; NaN where the driver's stay or cannot be measured. */
  readonly motion: Readonly<Record<Motion, { readonly follows: number; readonly strength: number }>>;
  /** Seconds by which the output's mouth is later than the driver's; NaN where it cannot be told. */
  readonly lag: number;
  /** The same for MediaPipe's blendshape scores, where it is the source of the landmarks. */
  readonly blendshapes?: Readonly<Record<keyof typeof BLENDSHAPES, number>>;
  /** Whom and what the output looks like, where a photo was given. */
  readonly likeness?: LikenessScores;
}

/** What is kept of a frame's face. */
export interface MeasuredFace extends ExpressionMeasures {
  /** Seconds. */
  readonly timestamp: number;
  readonly blendshapes?: FaceLandmarks["blendshapes"];
  /** Degrees and eye widths; NaN where it cannot be measured. */
  readonly motion: Readonly<Record<Motion, number>>;
}

/** How far a lag is looked for, seconds. */
const REACH = 0.5;

/** What is kept of a frame. */
export function measureFace({ timestamp }: Frame, face: FaceLandmarks): MeasuredFace {
  const { head, look } = faceMotion(face);
  return { ...measureExpression(face), timestamp, blendshapes: face.blendshapes, motion: { ...head, gaze: look && look.open > LIDS_CLOSED ? look.x : NaN } };
}

/** How the second of each two measurements follows the first. */
export function followScores(both: readonly (readonly [MeasuredFace, MeasuredFace])[]): Omit<FollowScores, "driverFrames" | "outputFrames" | "likeness"> {
  const along = (of: (face: MeasuredFace) => number) => [both.map(([x]) => of(x)), both.map(([, y]) => of(y))] as const;
  const scored = both.length > 0 && both.every(([x, y]) => x.blendshapes && y.blendshapes);
  const mean = (names: readonly string[]) => (face: MeasuredFace) => names.reduce((sum, name) => sum + face.blendshapes![name], 0) / names.length;
  const each = <T extends string, V>(names: readonly T[], value: (name: T) => V) => Object.fromEntries(names.map((name) => [name, value(name)])) as Record<T, V>;
  const blendshapes = Object.keys(BLENDSHAPES) as (keyof typeof BLENDSHAPES)[];
  return {
    ...each(MOVEMENTS, (name) => correlation(...along((face) => face[name]))),
    frames: both.length,
    strength: each(MOVEMENTS, (name) => slope(...along((face) => face[name]))),
    motion: each(Object.keys(MOTIONS) as Motion[], (name) => motionScores(both.map(([x, y]) => [x.motion[name], y.motion[name]] as const), MOTIONS[name])),
    lag: lagSeconds(both),
    ...(scored && { blendshapes: each(blendshapes, (name) => correlation(...along(mean(BLENDSHAPES[name])))) }),
  };
}

/** @param pairs of driver and output; those that cannot be measured are left out @param moving the driver's least standard deviation */
function motionScores(pairs: readonly (readonly [number, number])[], moving: number): { follows: number; strength: number } {
  const known = pairs.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)), x = known.map(([a]) => a), y = known.map(([, b]) => b);
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const spread = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length);
  return spread >= moving ? { follows: correlation(x, y), strength: slope(x, y) } : { follows: NaN, strength: NaN };
}

/** The least-squares slope of `y` over `x`. */
function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mx = mean(x), my = mean(y);
  return x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

function lagSeconds(both: readonly (readonly [MeasuredFace, MeasuredFace])[]): number {
  if (both.length < 2) return NaN;
  const interval = (both[both.length - 1][0].timestamp - both[0][0].timestamp) / (both.length - 1);
  const reach = Math.round(REACH / interval);
  if (!(interval > 0) || both.length < reach + 3) return NaN;
  return lag(both.map(([x]) => x.mouthOpen), both.map(([, y]) => y.mouthOpen), reach).samples * interval;
}

import { clamp01, smoothstep } from "../../src/model/geometry/kernels.js";
import type { VoiceFrame } from "./voice.js";

/** How long the act takes, seconds. */
export const SECONDS = 8;

/** What the voice says and from when on, seconds. */
export const LINES: readonly (readonly [start: number, text: string])[] = [
  [0.45, "Hello! My face is the average of many people."],
  [5.0, "Oh!"],
  [6.1, "Nobody looks like me."],
];

/** The middles of the blinks, seconds. */
const BLINKS = [0.95, 2.75, 4.75, 6.35, 7.65];

/** What the driver does at a time, with the voice heard then: weights by blendshape name, 0…1. */
export function expressionAt(time: number, { loudness, brightness }: VoiceFrame): Record<string, number> {
  const weights: Record<string, number> = {};
  const add = (name: string, value: number) => { weights[name] = clamp01((weights[name] ?? 0) + value); };
  const both = (name: string, value: number, tilt = 0) => {
    add(`${name}Left`, value * (1 + tilt));
    add(`${name}Right`, value * (1 - tilt));
  };
  // Speech: the jaw follows the voice, the lips its colour: round for dark sounds, wide for bright ones.
  const round = Math.max(0, -brightness) * Math.min(1, 2 * loudness), wide = Math.max(0, brightness) * Math.min(1, 2 * loudness);
  const surprise = bump(time, 4.85, 6.05, 0.28);
  add("jawOpen", 0.6 * loudness * (1 - 0.3 * wide) * (1 - 0.6 * surprise) + 0.48 * surprise);
  add("mouthFunnel", 0.5 * round);
  add("mouthPucker", 0.3 * round);
  both("mouthStretch", 0.3 * wide);
  both("mouthUpperUp", 0.22 * wide);
  both("mouthLowerDown", 0.35 * loudness * (1 - surprise));
  // A smile that shows the upper teeth half-way, a little one at the end.
  const smile = bump(time, 3.0, 4.8, 0.45) + 0.45 * bump(time, 7.3, 9, 0.4);
  both("mouthSmile", 0.9 * smile, 0.05);
  both("cheekSquint", 0.5 * smile);
  both("eyeSquint", 0.25 * smile);
  both("mouthUpperUp", 0.3 * bump(time, 3.4, 4.6, 0.4));
  both("mouthLowerDown", 0.15 * bump(time, 3.4, 4.6, 0.4));
  add("browInnerUp", 0.8 * surprise);
  both("browOuterUp", 0.8 * surprise);
  both("eyeWide", 0.75 * surprise);
  // Brows that speak along: stress, a frown, one brow raised.
  const spoken = Math.min(1, 1.5 * loudness) * (1 - surprise);
  add("browInnerUp", 0.18 * spoken);
  both("browDown", 0.4 * bump(time, 1.5, 2.5, 0.35), 0.2);
  add("browOuterUpLeft", 0.6 * bump(time, 6.5, 7.4, 0.3));
  for (const blink of BLINKS) both("eyeBlink", blinkAt(time - blink), 0.02);
  return weights;
}

/** A pose of the head beside the one of the still. */
export interface HeadPose {
  /** Shift to the right and down in shares of the picture's side. */
  readonly x: number;
  readonly y: number;
  /** Radians, clockwise. */
  readonly roll: number;
  /** Radians to the picture's right; small, it is shown as a parallax. */
  readonly yaw: number;
  /** Enlargement. */
  readonly zoom: number;
}

/** The head's slight motion: waves that do not repeat within the act, and a start in surprise. */
export function headAt(time: number): HeadPose {
  const wave = (hertz: number, phase: number) => Math.sin(2 * Math.PI * hertz * time + phase);
  const surprise = bump(time, 4.85, 6.05, 0.28), nod = bump(time, 6.4, 7.2, 0.35);
  return {
    x: 0.008 * wave(0.31, 0.3) + 0.003 * wave(0.83, 2), y: 0.006 * wave(0.47, 1) + 0.002 * wave(1.3, 0) - 0.008 * surprise + 0.008 * nod,
    roll: 0.038 * wave(0.23, 0.5) + 0.012 * wave(0.61, 1), yaw: 0.075 * wave(0.27, 2.2) + 0.025 * wave(0.71, 0),
    zoom: 1 + 0.014 * wave(0.19, 0) + 0.01 * surprise,
  };
}

/** 0 before `from` and after `to`, 1 between, eased over `ease` seconds inside. */
function bump(time: number, from: number, to: number, ease: number): number {
  return smoothstep(Math.min(time - from, to - time) / ease);
}

/** A blink about t = 0: 80 ms down, 40 ms closed, 130 ms up, each eased. */
function blinkAt(t: number): number {
  return smoothstep(t < 0 ? (t + 0.1) / 0.08 : (0.15 - t) / 0.13);
}

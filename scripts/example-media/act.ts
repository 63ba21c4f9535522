/** What the driver does, second by second; `loudness` 0…1 is what the voice says at that time. Weights by blendshape name, 0…1. */
export function expressionAt(time: number, loudness: number): Record<string, number> {
  const weights: Record<string, number> = {};
  const add = (name: string, value: number) => { weights[name] = Math.min(1, Math.max(0, (weights[name] ?? 0) + value)); };
  const both = (name: string, value: number, tilt = 0) => {
    add(`${name}Left`, value * (1 + tilt));
    add(`${name}Right`, value * (1 - tilt));
  };
  // Speech: the jaw follows the voice, the lips wander between round and wide.
  const lips = Math.sin(2 * Math.PI * 1.9 * time) + 0.6 * Math.sin(2 * Math.PI * 3.1 * time + 1);
  add("jawOpen", 0.62 * loudness);
  add("mouthFunnel", 0.35 * loudness * Math.max(0, lips));
  add("mouthPucker", 0.25 * loudness * Math.max(0, lips - 0.4));
  both("mouthStretch", 0.3 * loudness * Math.max(0, -lips));
  both("mouthUpperUp", 0.2 * loudness);
  both("mouthLowerDown", 0.3 * loudness);
  both("mouthSmile", 0.85 * bump(time, 2.6, 4.4, 0.45), 0.06);
  both("cheekSquint", 0.4 * bump(time, 2.6, 4.4, 0.45));
  const surprise = bump(time, 5.3, 6.3, 0.25);
  add("browInnerUp", 0.8 * surprise);
  both("browOuterUp", 0.8 * surprise);
  both("eyeWide", 0.7 * surprise);
  add("jawOpen", 0.5 * surprise);
  both("browDown", 0.35 * bump(time, 1.2, 2.0, 0.3), 0.2);
  add("browOuterUpLeft", 0.5 * bump(time, 6.7, 7.5, 0.25));
  for (const blink of [0.7, 2.3, 3.6, 4.9, 6.6, 7.6]) both("eyeBlink", blinkAt(time - blink));
  return weights;
}

/** The head's slight motion: shift in shares of the picture's side, turn in radians, zoom. */
export function headAt(time: number): { x: number; y: number; turn: number; zoom: number } {
  return {
    x: 0.012 * Math.sin(2 * Math.PI * 0.31 * time), y: 0.008 * Math.sin(2 * Math.PI * 0.47 * time + 1),
    turn: 0.045 * Math.sin(2 * Math.PI * 0.23 * time + 0.5), zoom: 1.03 + 0.015 * Math.sin(2 * Math.PI * 0.19 * time),
  };
}

/** 0 before `from` and after `to`, 1 between, eased over `ease` seconds inside. */
function bump(time: number, from: number, to: number, ease: number): number {
  const rise = Math.min(1, Math.max(0, Math.min(time - from, to - time) / ease));
  return rise * rise * (3 - 2 * rise);
}

/** A blink about t = 0: 70 ms down, 40 ms closed, 130 ms up. */
function blinkAt(t: number): number {
  if (t < -0.09 || t > 0.15) return 0;
  return t < -0.02 ? (t + 0.09) / 0.07 : t < 0.02 ? 1 : (0.15 - t) / 0.13;
}

/**
 * The loudness of a voice at every frame, 0…1: root mean square over 60 ms, against the loudest, rounded off so that soft sounds count.
 *
 * @param samples mono, −1…1; @param rate samples a second
 */
export function loudnessAt(samples: Float32Array, rate: number, frames: number, fps: number): number[] {
  const half = Math.round(0.03 * rate);
  const energy = Array.from({ length: frames }, (_, i) => {
    const centre = Math.round((i / fps) * rate);
    let sum = 0, count = 0;
    for (let k = Math.max(0, centre - half); k < Math.min(samples.length, centre + half); k++, count++) sum += samples[k] ** 2;
    return Math.sqrt(sum / Math.max(1, count));
  });
  const loudest = Math.max(1e-9, ...energy);
  const eased = energy.map((value) => Math.sqrt(value / loudest));
  // A jaw does not jump: three frames' average.
  return eased.map((_, i) => ((eased[i - 1] ?? 0) + eased[i] + (eased[i + 1] ?? 0)) / 3);
}

/** What is heard during one frame. */
export interface VoiceFrame {
  /** 0 (silence) … 1 (the loudest frame): the root mean square, rounded off so that soft sounds count. */
  readonly loudness: number;
  /** −1 (dark, as in "oo") … 1 (bright, as in "ee" and "s"): how much of the sound lies high, against the voice's own middle. */
  readonly brightness: number;
}

/** Half of the window that a frame hears, seconds. */
const HALF_WINDOW = 0.03;
/** Standard deviation of the smoothing over time, seconds: a jaw does not jump, and neither leads nor lags. */
const EASE = 0.04;
/** Quieter than this share of the loudest is silence. */
const FLOOR = 0.03;

/**
 * Loudness and brightness of a voice at every frame, smoothed alike into past and future.
 *
 * @param samples mono, −1…1
 * @param rate samples a second
 * @returns one entry a frame; the frame's time is its middle of the window
 */
export function hearVoice(samples: Float32Array, rate: number, frames: number, fps: number): VoiceFrame[] {
  const half = Math.round(HALF_WINDOW * rate);
  const heard = Array.from({ length: frames }, (_, i) => {
    const centre = Math.round((i / fps) * rate);
    const from = Math.max(1, centre - half), to = Math.min(samples.length, centre + half);
    let energy = 0, slope = 0;
    for (let k = from; k < to; k++) {
      energy += samples[k] ** 2;
      slope += (samples[k] - samples[k - 1]) ** 2;
    }
    return { rms: Math.sqrt(energy / Math.max(1, to - from)), bright: energy > 0 ? Math.log(slope / energy + 1e-6) : 0 };
  });
  const loudest = Math.max(1e-9, ...heard.map(({ rms }) => rms));
  const loudness = heard.map(({ rms }) => Math.max(0, rms / loudest - FLOOR) ** 0.7);
  const voiced = heard.filter((_, i) => loudness[i] > 0.1).map(({ bright }) => bright);
  const middle = voiced.reduce((sum, value) => sum + value, 0) / Math.max(1, voiced.length);
  const spread = Math.sqrt(voiced.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, voiced.length));
  // Silence has no colour: it pulls the lips back to the middle.
  const brightness = heard.map(({ bright }, i) => (loudness[i] > 0.02 && spread > 0 ? (bright - middle) / (1.5 * spread) : 0));
  const sigma = EASE * fps, smoothLoudness = smooth(loudness, sigma), smoothBrightness = smooth(brightness, 1.4 * sigma);
  return smoothLoudness.map((value, i) => ({ loudness: Math.min(1, value), brightness: Math.min(1, Math.max(-1, smoothBrightness[i])) }));
}

/** A Gaussian average; beyond the ends the end values repeat. */
function smooth(values: readonly number[], sigma: number): number[] {
  const reach = Math.ceil(3 * sigma);
  return values.map((_, i) => {
    let sum = 0, total = 0;
    for (let k = -reach; k <= reach; k++) {
      const weight = Math.exp(-(k * k) / (2 * sigma * sigma));
      sum += weight * values[Math.min(values.length - 1, Math.max(0, i + k))];
      total += weight;
    }
    return sum / total;
  });
}

import type { Ops } from "./ops.js";

/** A map in the Fourier domain of its count sketch: real and imaginary part, d/2 + 1 frequencies each (the signal is real). */
export interface Spectrum<T> {
  readonly real: T;
  readonly imaginary: T;
}

/** Which of the two sketches of a tensor sketch: each has its own hash h and signs s. */
export type Sketch = "expression" | "identity";

/**
 * Count sketch and DFT of every position of a map: [b, s, s, channels] → two of [b, s, s, d/2 + 1].
 * Both are linear and fixed, so together they are one constant 1×1 convolution (Gao et al. 2016, algorithm 2, steps 1–2).
 */
export function sketchSpectrum<T>(ops: Ops<T>, x: T, sketch: Sketch, channels: number, d: number): Spectrum<T> {
  const part = (name: "cos" | "sin") =>
    ops.conv(x, ops.fixedKernel(`sketch.${sketch}.${name}.${channels}.${d}`, channels, bins(d), () => sketchMatrix(name, sketch, channels, d)));
  return { real: part("cos"), imaginary: part("sin") };
}

/**
 * The inverse DFT of the product of two spectra: the tensor sketch of the outer product of two maps (step 3), [b, s, s, d].
 * Signed square root and normalisation follow, as in bilinear pooling.
 */
export function multiplySpectra<T>(ops: Ops<T>, a: Spectrum<T>, b: Spectrum<T>, d: number): T {
  const minus = (x: T) => ops.affine(x, -1);
  const real = ops.add(ops.mul(a.real, b.real), minus(ops.mul(a.imaginary, b.imaginary)));
  const imaginary = ops.add(ops.mul(a.real, b.imaginary), ops.mul(a.imaginary, b.real));
  const inverse = ops.fixedKernel(`sketch.inverse.${d}`, 2 * bins(d), d, () => inverseMatrix(d));
  return ops.unitPower(ops.signedRoot(ops.conv(ops.concat([real, imaginary]), inverse)));
}

/** Frequencies of a real signal of length d. */
function bins(d: number): number {
  return Math.floor(d / 2) + 1;
}

/** Row c, column k: s(c)·cos(2πk·h(c)/d) or −s(c)·sin(…), h and s drawn once and for all from a fixed seed. */
function sketchMatrix(part: "cos" | "sin", sketch: Sketch, channels: number, d: number): Float32Array {
  const random = lehmer(sketch === "expression" ? 20200907 : 20160627);
  const matrix = new Float32Array(channels * bins(d)), { cosine, sine } = circle(d);
  for (let c = 0; c < channels; c++) {
    const position = Math.floor(random() * d);
    const sign = random() < 0.5 ? -1 : 1;
    for (let k = 0; k < bins(d); k++) {
      const step = (k * position) % d;
      matrix[c * bins(d) + k] = part === "cos" ? sign * cosine[step] : -sign * sine[step];
    }
  }
  return matrix;
}

/** Rows: real parts, then imaginary parts of the frequencies; columns: samples. Frequencies with a mirror image count twice. */
function inverseMatrix(d: number): Float32Array {
  const matrix = new Float32Array(2 * bins(d) * d), { cosine, sine } = circle(d);
  for (let k = 0; k < bins(d); k++) {
    const times = k === 0 || 2 * k === d ? 1 : 2;
    for (let n = 0; n < d; n++) {
      const step = (k * n) % d;
      matrix[k * d + n] = (times * cosine[step]) / d;
      matrix[(bins(d) + k) * d + n] = (-times * sine[step]) / d;
    }
  }
  return matrix;
}

/** Cosine and sine of the d-th parts of a whole turn: the only angles there are. */
function circle(d: number): { cosine: number[]; sine: number[] } {
  const angles = Array.from({ length: d }, (_, step) => (2 * Math.PI * step) / d);
  return { cosine: angles.map(Math.cos), sine: angles.map(Math.sin) };
}

/** The minimal standard generator of Park and Miller (1988), 0…1: the sketches must be the same wherever the weights are used. */
function lehmer(seed: number): () => number {
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < 8; i++) next();
  return next;
}

/** An exact fraction of two whole numbers, as containers state time bases and frame rates; `den` is at least 1. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/**
 * `num/den` in lowest terms.
 * @throws {RangeError} when a part is not a whole number or `den` is not positive.
 */
export function rational(num: number, den = 1): Rational {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den < 1) {
    throw new RangeError(`Expected a fraction of whole numbers with a positive denominator but received ${num}/${den}`);
  }
  const divisor = greatestCommonDivisor(num, den) || 1;
  return { num: num / divisor, den: den / divisor };
}

/** Reads ffprobe's `30000/1001`, `16:9` or `25`; undefined for what is no positive fraction (`0/0`, `N/A`, nothing). */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)(?:[/:](\d+))?$/.exec(text ?? "");
  if (match === null) return undefined;
  const [num, den] = [Number(match[1]), Number(match[2] ?? 1)];
  return num > 0 && den > 0 && Number.isSafeInteger(num) && Number.isSafeInteger(den) ? rational(num, den) : undefined;
}

/** The fraction as a number. */
export function toNumber({ num, den }: Rational): number {
  return num / den;
}

/** `1 / value`. */
export function invert({ num, den }: Rational): Rational {
  return rational(den, num);
}

/** Whether both fractions are the same number. */
export function sameRational(a: Rational, b: Rational): boolean {
  return a.num * b.den === b.num * a.den;
}

/** `30000/1001`, the way ffmpeg's options are written. */
export function formatRational({ num, den }: Rational): string {
  return `${num}/${den}`;
}

/** The whole number of ticks of `timeBase` (seconds) nearest to `seconds`. */
export function toTicks(seconds: number, timeBase: Rational): number {
  return Math.round((seconds * timeBase.den) / timeBase.num);
}

/** Seconds of a whole number of ticks, rounded once: exact to a double's last bit. */
export function toSeconds(ticks: number, timeBase: Rational): number {
  return (ticks * timeBase.num) / timeBase.den;
}

/** Ticks a second that a clock for pictures should have: enough for offsets between sound and picture, few enough for encoders. */
const TICKS = { least: 10_000, most: 1_000_000 };

/** A clock of whole ticks a second on which every time of `timeBase` lies exactly (up to a microsecond for clocks finer than that). */
export function fineTimeBase({ num, den }: Rational): Rational {
  let ticks = den;
  while (ticks < TICKS.least) ticks *= 2;
  // 1/90000 and its like stay what they are; nanosecond clocks are more than encoders can count with.
  return ticks / num > TICKS.most ? rational(1, TICKS.most) : rational(1, ticks);
}

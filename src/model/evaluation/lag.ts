import { correlation } from "./correlation.js";

/** How far one series trails another. */
export interface Lag {
  /** Samples by which `b` is later than `a`; with a fraction, from a parabola through the peak and its neighbours. */
  readonly samples: number;
  /** Pearson's correlation at the best whole shift, −1…1. */
  readonly correlation: number;
}

/**
 * The shift at which `b` looks most like `a`, by cross-correlation: positive when `b` comes later.
 *
 * @param a evenly sampled
 * @param b as long as `a`
 * @param reach largest shift tried to either side, samples
 * @returns NaN twice when one of them does not vary
 * @throws RangeError when the lengths differ, or fewer than three samples would overlap
 */
export function lag(a: ArrayLike<number>, b: ArrayLike<number>, reach: number): Lag {
  if (a.length !== b.length) throw new RangeError(`Expected two series of one length but received ${a.length} and ${b.length}`);
  if (a.length - reach < 3) throw new RangeError(`Expected at least ${reach + 3} samples for a reach of ${reach} but received ${a.length}`);
  const x = Array.from(a), y = Array.from(b);
  return bestShift((shift) =>
    shift >= 0 ? correlation(x.slice(0, x.length - shift), y.slice(shift)) : correlation(x.slice(-shift), y.slice(0, y.length + shift)), reach);
}

/** {@link lag} by any measure of how well a shift fits, −1…1 or NaN. */
export function bestShift(at: (shift: number) => number, reach: number): Lag {
  let best = Number.NaN, shift = Number.NaN;
  // From the middle outwards: of equal peaks (a periodic signal) the nearest counts.
  for (let k = 0; k <= reach; k++) {
    for (const candidate of k === 0 ? [0] : [k, -k]) {
      const value = at(candidate);
      if (Number.isNaN(best) ? !Number.isNaN(value) : value > best + 1e-9) {
        best = value;
        shift = candidate;
      }
    }
  }
  if (Number.isNaN(best)) return { samples: Number.NaN, correlation: Number.NaN };
  if (Math.abs(shift) === reach) return { samples: shift, correlation: best };
  const before = at(shift - 1), after = at(shift + 1);
  const curve = before - 2 * best + after;
  return { samples: curve < 0 ? shift + (before - after) / (2 * curve) : shift, correlation: best };
}

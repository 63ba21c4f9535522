/** What a {@link OneEuroFilter} trades off. */
export interface OneEuroOptions {
  /** Cut-off at rest, hertz: lower removes more jitter. Default 1. */
  readonly minCutoff?: number;
  /** Hertz added per unit and second of speed: higher lags less. Default 0. */
  readonly beta?: number;
  /** Cut-off of the speed itself, hertz. Default 1. */
  readonly speedCutoff?: number;
}

/**
 * The 1€ filter (Casiez, Roussel and Vogel, CHI 2012): a causal low-pass whose cut-off rises with the speed of the value.
 * For live use, where no frame can wait for the next; recorded video is better served by `smoothAt`.
 */
export class OneEuroFilter {
  private readonly minCutoff: number;
  private readonly beta: number;
  private readonly speedCutoff: number;
  private time = Number.NaN;
  private value = 0;
  private speed = 0;

  constructor({ minCutoff = 1, beta = 0, speedCutoff = 1 }: OneEuroOptions = {}) {
    this.minCutoff = minCutoff;
    this.beta = beta;
    this.speedCutoff = speedCutoff;
  }

  /**
   * The filtered value. The first one passes as it is; a time that does not advance changes nothing.
   *
   * @param time seconds
   * @param value any unit, without jumps (unwrap an angle first)
   */
  next(time: number, value: number): number {
    if (Number.isNaN(this.time)) {
      this.time = time;
      this.value = value;
      return value;
    }
    const elapsed = time - this.time;
    if (!(elapsed > 0)) return this.value;
    this.time = time;
    this.speed += share(this.speedCutoff, elapsed) * ((value - this.value) / elapsed - this.speed);
    this.value += share(this.minCutoff + this.beta * Math.abs(this.speed), elapsed) * (value - this.value);
    return this.value;
  }

  /** Forgets everything: the next value passes as it is. */
  reset(): void {
    this.time = Number.NaN;
    this.speed = 0;
  }
}

/** How much of a new sample a first-order low-pass of this cut-off (hertz) takes in after `elapsed` seconds. */
function share(cutoff: number, elapsed: number): number {
  const r = 2 * Math.PI * cutoff * elapsed;
  return r / (r + 1);
}

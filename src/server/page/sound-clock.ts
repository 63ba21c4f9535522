/** Clocks of sound and of the page differ by less than so many milliseconds a piece; what is told changes only when it is so far off: a change is a jump. */
const DRIFT = 0.01, SLACK = 10;

/**
 * When pieces of sound were heard, by the page's clock. They arrive late by more or less: the quickest of them tell.
 */
export class SoundClock {
  #quickest = Infinity;
  #used = Infinity;

  /**
   * @param end milliseconds of sound up to the end of a piece, by the sound's own clock
   * @param arrived milliseconds of the page's clock
   * @returns what is to be added to the sound's clock
   */
  offset(end: number, arrived: number): number {
    this.#quickest = Math.min(this.#quickest + DRIFT, arrived - end);
    if (!(Math.abs(this.#quickest - this.#used) <= SLACK)) this.#used = this.#quickest;
    return this.#used;
  }
}

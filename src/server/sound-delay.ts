/** The delay that is used follows the pictures' only when it is so far off, milliseconds: every change is a jump in the sound. */
const SLACK = 15;
/** What a new picture's delay counts for. */
const GAIN = 0.1;

/** How much later than it was heard a session's sound is to be sent, so that it is in step with its pictures. Milliseconds between two clocks. */
export class SoundDelay {
  #mean: number | undefined;
  #used: number | undefined;

  /** Undefined before the first picture. */
  get now(): number | undefined {
    return this.#used;
  }

  /** A picture is sent, so long after it was captured. */
  note(delay: number): void {
    this.#mean = this.#mean === undefined ? delay : this.#mean + GAIN * (delay - this.#mean);
    if (this.#used === undefined || Math.abs(this.#mean - this.#used) > SLACK) this.#used = this.#mean;
  }

  forget(): void {
    this.#mean = this.#used = undefined;
  }
}

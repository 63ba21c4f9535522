import { SOUND_RATE } from "../client/protocol.js";

/** Seconds of sound that may wait for their picture: slower ones are out of step anyway. */
const MOST = 3;
const SIZE = MOST * SOUND_RATE;

/** Samples a millisecond. */
const PER_MS = SOUND_RATE / 1000;

/** Sound that waits for its time, by the clock of whoever sends it. What was read is forgotten; nothing is kept for longer than {@link MOST} seconds of sound. */
export class SoundTrack {
  readonly #ring = new Int16Array(SIZE);
  /** Samples since the clock's beginning: what is known lies between them, the rest is silence. */
  #from = 0;
  #to = 0;

  /** Takes what was heard from `time` on, milliseconds: mono, 16 bits, {@link SOUND_RATE} a second. What comes too late is left out. */
  add(time: number, samples: Int16Array): void {
    const at = Math.round(time * PER_MS), end = at + samples.length;
    if (samples.length > SIZE) return;
    // A clock that was set, or a long silence.
    if (at - this.#to >= SIZE || this.#from - at >= SIZE) this.#begin(at);
    if (end <= this.#from) return;
    this.#forget(Math.min(end - SIZE, this.#to)); // the new ones lie where these did
    for (let n = Math.max(at, this.#from); n < end; n++) this.#ring[slot(n)] = samples[n - at];
    this.#to = Math.max(this.#to, end);
  }

  /** What is to be heard from `time` on; where nothing is known, silence. */
  read(time: number, count: number): Int16Array {
    const at = Math.round(time * PER_MS), samples = new Int16Array(count);
    for (let n = Math.max(at, this.#from); n < Math.min(at + count, this.#to); n++) samples[n - at] = this.#ring[slot(n)];
    this.#forget(Math.min(at + count, this.#to));
    return samples;
  }

  clear(): void {
    this.#begin(0);
  }

  #begin(at: number): void {
    this.#ring.fill(0);
    this.#from = this.#to = at;
  }

  /** Everything before a sample. */
  #forget(before: number): void {
    for (; this.#from < before; this.#from++) this.#ring[slot(this.#from)] = 0;
  }
}

function slot(sample: number): number {
  return ((sample % SIZE) + SIZE) % SIZE;
}

import type { Similarity } from "./similarity.js";
import { DEFAULT_REACH, smoothAt, type SmoothingOptions, type TimedAlignment } from "./smooth-alignment.js";

/** A frame as it went in, with its smoothed crop; null where it had no face. */
export type Smoothed<T extends TimedAlignment> = T & { readonly smoothed: Similarity | null };

/** {@link SmoothingOptions} and the bound of what waits. */
export interface SmootherOptions extends SmoothingOptions {
  /**
   * At most this many frames wait for their future (default 32): it bounds memory when a video has very many frames a second.
   * The reach is then that many frames to either side.
   */
  readonly maxFrames?: number;
}

/**
 * {@link smoothAt} over a stream: holds each frame back until it has seen `reach` seconds beyond it, hands them on in order,
 * and keeps no more than it needs. Whatever else a frame carries travels with it.
 */
export class AlignmentSmoother<T extends TimedAlignment> {
  private readonly options: SmootherOptions;
  private readonly reach: number;
  private readonly maxFrames: number;
  private readonly window: T[] = [];
  /** Index in `window` of the first frame that was not handed on. */
  private next = 0;

  constructor(options: SmootherOptions = {}) {
    this.options = options;
    this.reach = options.reach ?? DEFAULT_REACH;
    this.maxFrames = options.maxFrames ?? 32;
  }

  /** Takes the next frame; returns the frames that became ready, often one, sometimes none or several. */
  push(frame: T): Smoothed<T>[] {
    this.window.push(frame);
    const ready: Smoothed<T>[] = [];
    while (this.next < this.window.length && this.seenEnough(frame.time)) ready.push(this.take());
    return ready;
  }

  /** Hands on what still waits: call it when the stream ends. */
  flush(): Smoothed<T>[] {
    const rest: Smoothed<T>[] = [];
    while (this.next < this.window.length) rest.push(this.take());
    this.window.length = 0;
    this.next = 0;
    return rest;
  }

  /** The frame at `next` needs no further one: its reach has been seen, or as many frames wait as may. */
  private seenEnough(newest: number): boolean {
    // A frame exactly `reach` ahead counts, so one must lie beyond it before the window is known to be complete.
    return newest - this.window[this.next].time > this.reach + 1e-6 || this.window.length - 1 - this.next >= this.maxFrames;
  }

  private take(): Smoothed<T> {
    const frame = this.window[this.next];
    const from = Math.max(0, this.next - this.maxFrames), to = this.next + this.maxFrames + 1;
    const smoothed = smoothAt(this.window.slice(from, to), this.next - from, this.options);
    this.next++;
    this.forget();
    return { ...frame, smoothed };
  }

  /** Drops the frames that lie too far back to matter to the next one. What was handed on must not keep its pictures alive. */
  private forget(): void {
    let old = Math.max(0, this.next - this.maxFrames);
    if (this.next < this.window.length) {
      const { time } = this.window[this.next];
      while (old < this.next && time - this.window[old].time > this.reach + 1e-6) old++;
    }
    this.window.splice(0, old);
    this.next -= old;
  }
}

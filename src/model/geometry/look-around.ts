/** How far a {@link LookAround} looks. */
export interface LookAroundOptions {
  /** Seconds to either side. */
  readonly reach: number;
  /**
   * At most this many frames wait for their future: it bounds memory when a video has very many frames a second. The reach is then that
   * many frames to either side.
   */
  readonly maxFrames: number;
}

/**
 * Works something out of every frame and its neighbours in a stream: holds each frame back until it has seen `reach` seconds beyond it, hands
 * them on in order, and keeps no more than it needs. Whatever else a frame carries travels with it.
 */
export class LookAround<T extends { readonly time: number }, R extends object> {
  private readonly window: T[] = [];
  /** Index in `window` of the first frame that was not handed on. */
  private next = 0;

  /** @param look what is worked out: it is given neighbours in order of time and which of them is meant */
  constructor(private readonly look: (window: readonly T[], centre: number) => R, private readonly options: LookAroundOptions) {}

  /** Takes the next frame; returns the frames that became ready, often one, sometimes none or several. */
  push(frame: T): (T & R)[] {
    this.window.push(frame);
    const ready: (T & R)[] = [];
    while (this.next < this.window.length && this.seenEnough(frame.time)) ready.push(this.take());
    return ready;
  }

  /** Hands on what still waits: call it when the stream ends. */
  flush(): (T & R)[] {
    const rest: (T & R)[] = [];
    while (this.next < this.window.length) rest.push(this.take());
    this.window.length = 0;
    this.next = 0;
    return rest;
  }

  /** The frame at `next` needs no further one: its reach has been seen, or as many frames wait as may. */
  private seenEnough(newest: number): boolean {
    const { reach, maxFrames } = this.options;
    // A frame exactly `reach` ahead counts, so one must lie beyond it before the window is known to be complete.
    return newest - this.window[this.next].time > reach + 1e-6 || this.window.length - 1 - this.next >= maxFrames;
  }

  private take(): T & R {
    const frame = this.window[this.next], { maxFrames } = this.options;
    const from = Math.max(0, this.next - maxFrames), to = this.next + maxFrames + 1;
    const seen = this.look(this.window.slice(from, to), this.next - from);
    this.next++;
    this.forget();
    return { ...frame, ...seen };
  }

  /** Drops the frames that lie too far back to matter to the next one. What was handed on must not keep its pictures alive. */
  private forget(): void {
    const { reach, maxFrames } = this.options;
    let old = Math.max(0, this.next - maxFrames);
    if (this.next < this.window.length) {
      const { time } = this.window[this.next];
      while (old < this.next && time - this.window[old].time > reach + 1e-6) old++;
    }
    this.window.splice(0, old);
    this.next -= old;
  }
}

/** One session's place in the {@link FrameScheduler}. */
export interface Lane<T> {
  /** Whether the session may get another result now; asked again after every {@link FrameScheduler.wake}. */
  mayStart(): boolean;
  /** The frame's turn has come. {@link FrameScheduler.done} must follow, once. */
  start(frame: T): void;
  /** A newer frame took its place before its turn came. */
  superseded(frame: T): void;
}

interface Entry<T> {
  waiting: { readonly frame: T } | undefined;
  inWork: number;
}

/**
 * Decides whose frame is worked on next: round robin over the sessions that have one and may get a result. A session has one frame
 * waiting at most, the latest, so what is worked on is never old, however busy the server is; and at most `perLane` in work, and all
 * sessions together `total`, so nothing queues.
 */
export class FrameScheduler<T> {
  readonly #total: number;
  readonly #perLane: number;
  /** In the order of their turns: who was served goes to the end. */
  readonly #lanes = new Map<Lane<T>, Entry<T>>();
  #inWork = 0;

  constructor(total: number, perLane: number) {
    this.#total = total;
    this.#perLane = perLane;
  }

  /** Frames in work. */
  get inWork(): number {
    return this.#inWork;
  }

  /** Frames waiting. */
  get waiting(): number {
    return [...this.#lanes.values()].filter(({ waiting }) => waiting).length;
  }

  add(lane: Lane<T>): void {
    this.#lanes.set(lane, { waiting: undefined, inWork: 0 });
  }

  /** Takes a lane out; its frames in work count no more, its waiting frame is forgotten. */
  remove(lane: Lane<T>): void {
    const entry = this.#lanes.get(lane);
    if (!entry) return;
    this.#lanes.delete(lane);
    this.#inWork -= entry.inWork;
    this.wake();
  }

  /** A session's newest frame. */
  offer(lane: Lane<T>, frame: T): void {
    const entry = this.#entry(lane);
    const replaced = entry.waiting;
    entry.waiting = { frame };
    if (replaced) lane.superseded(replaced.frame);
    this.wake();
  }

  /** Forgets the waiting frame, if any, and returns it. */
  withdraw(lane: Lane<T>): T | undefined {
    const entry = this.#entry(lane);
    const { waiting } = entry;
    entry.waiting = undefined;
    return waiting?.frame;
  }

  /** A frame that was started is finished, whatever came of it. */
  done(lane: Lane<T>): void {
    const entry = this.#lanes.get(lane);
    if (!entry) return; // removed meanwhile: it is counted no more
    entry.inWork--;
    this.#inWork--;
    this.wake();
  }

  /** Starts what can be started: to be called when a lane's {@link Lane.mayStart} may have turned true. */
  wake(): void {
    while (this.#inWork < this.#total) {
      const next = [...this.#lanes].find(([lane, { waiting, inWork }]) => waiting && inWork < this.#perLane && lane.mayStart());
      if (!next) return;
      const [lane, entry] = next;
      const { frame } = entry.waiting!;
      entry.waiting = undefined;
      entry.inWork++;
      this.#inWork++;
      this.#lanes.delete(lane);
      this.#lanes.set(lane, entry);
      lane.start(frame);
    }
  }

  #entry(lane: Lane<T>): Entry<T> {
    const entry = this.#lanes.get(lane);
    if (!entry) throw new Error("Expected a session that was added but it was not, or has gone");
    return entry;
  }
}

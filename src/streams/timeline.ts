import type { StatedTimes } from "./stated-times.js";

/** A decoded picture. */
export interface Picture {
  /** When it is shown, ticks of its input's clock. */
  readonly ticks: number;
  readonly data: Uint8Array;
  /** Whether it could not be decoded: it shows the last picture before it that could. */
  readonly repeats?: boolean;
}

/** What a {@link Timeline} is made of. */
export interface TimelineSource {
  /** The next picture that was decoded, or undefined after the last one. */
  readonly decoded: () => Promise<Picture | undefined>;
  /** Whether anything went wrong with the decoding so far. */
  readonly damaged: () => Promise<boolean>;
  /** What the input states from a time on, ticks; undefined: from the start of what is decoded. */
  readonly stated: (from: number | undefined) => StatedTimes;
  /** Whether a time lies in what is decoded, ticks. */
  readonly wanted: (ticks: number) => boolean;
  /** Pictures that are stated nearer than this to one that was decoded show nothing of their own, ticks; 0 where each does. */
  readonly apart: number;
  /** The picture shown before the first one. */
  readonly past: () => Uint8Array | undefined;
  /** The first picture shown after the last one: asked for where nothing else could be decoded. */
  readonly future: () => Promise<Uint8Array>;
}

/**
 * A decoder's pictures, and where one that the input states could not be decoded, the last good one once more, so that as many come out as
 * the input states. What is stated is only asked for once something went wrong.
 */
export class Timeline {
  readonly #source: TimelineSource;
  #stated: StatedTimes | undefined;
  #last: Picture | undefined;
  /** A decoded picture that waits for those missing before it; undefined at the end. */
  #next: Picture | undefined;
  #missing: number[] = [];
  #ended = false;
  #closed = false;

  constructor(source: TimelineSource) {
    this.#source = source;
  }

  /** The next picture, or undefined after the last one. */
  async next(): Promise<Picture | undefined> {
    if (this.#missing.length === 0 && this.#next === undefined && !this.#ended) {
      this.#next = await this.#source.decoded();
      this.#ended = this.#next === undefined;
      this.#missing = await this.#missingBefore(this.#next?.ticks ?? Infinity);
    }
    const ticks = this.#missing.shift();
    if (ticks !== undefined) return (this.#last = { ticks, data: (await this.#shown()).slice(), repeats: true });
    const picture = this.#next;
    this.#next = undefined;
    if (picture !== undefined) this.#last = picture;
    return picture;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#stated?.close() ?? Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #missingBefore(ticks: number): Promise<number[]> {
    const { damaged, stated, wanted, apart } = this.#source, last = this.#last?.ticks ?? -Infinity;
    if (this.#stated === undefined && (!(await damaged()) || this.#closed)) return [];
    this.#stated ??= stated(this.#last?.ticks);
    const times = await this.#stated.before(ticks);
    return times.filter((time) => time > last && wanted(time) && time - last >= apart && ticks - time >= apart);
  }

  /** What is shown while nothing new is there. */
  async #shown(): Promise<Uint8Array> {
    return this.#last?.data ?? this.#source.past() ?? this.#next?.data ?? (await this.#source.future());
  }
}

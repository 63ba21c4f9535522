/**
 * Memory that is written over instead of being made anew. What a garbage collector is to free is freed late, by threads that make little else
 * hardly ever; and of a heap in which it lies scattered little is given back.
 */
export class SpareMemory<T extends ArrayBuffer | SharedArrayBuffer> {
  readonly #make: (bytes: number) => T;
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #spare: T[] = [];

  /** @param most pieces that are kept @param mostBytes of a piece that is kept: what is larger is the exception */
  constructor(make: (bytes: number) => T, most: number, mostBytes: number) {
    this.#make = make;
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** A piece of so many bytes or more, whatever is in it; its taker's until it is given back, if it ever is. */
  take(bytes: number): T {
    for (let piece = this.#spare.pop(); piece; piece = this.#spare.pop()) if (piece.byteLength >= bytes) return piece; // smaller ones have had their time
    return this.#make(bytes);
  }

  /** Lends a piece for as long as `use` takes. */
  async lend<R>(bytes: number, use: (piece: T) => Promise<R>): Promise<R> {
    const piece = this.take(bytes);
    try {
      return await use(piece);
    } finally {
      this.give(piece);
    }
  }

  /** Gives a piece back that nobody looks at any more: once. */
  give(piece: T): void {
    if (this.#spare.length < this.#most && piece.byteLength <= this.#mostBytes) this.#spare.push(piece);
  }
}

import type { Readable } from "node:stream";

/** Thrown when a stream ends in the middle of something. */
export class UnexpectedEndError extends Error {
  override readonly name = "UnexpectedEndError";
}

/**
 * Reads exact numbers of bytes from a paused stream: nothing is taken from the stream unless somebody asks,
 * so that a process writing to its other end is held back by the pipe.
 */
export class ByteReader {
  private chunk: Buffer = Buffer.alloc(0);
  private position = 0;
  private ended = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly stream: Readable) {
    const wake = () => this.wake?.();
    stream.on("readable", wake);
    stream.on("end", () => this.finish());
    stream.on("close", () => this.finish());
    stream.on("error", (error) => this.finish(error));
  }

  private finish(error?: Error): void {
    this.ended = true;
    this.failure ??= error;
    this.wake?.();
  }

  /** Makes the next bytes available in `chunk`; false at the end of the stream. */
  private async refill(): Promise<boolean> {
    for (;;) {
      const chunk = this.stream.read() as Buffer | null;
      if (chunk !== null) {
        this.chunk = chunk;
        this.position = 0;
        return true;
      }
      if (this.failure !== undefined) throw this.failure;
      if (this.ended || this.stream.destroyed) return false;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = undefined;
    }
  }

  /** The next byte, or undefined at the end of the stream. */
  async byteOrEnd(): Promise<number | undefined> {
    if (this.position === this.chunk.length && !(await this.refill())) return undefined;
    return this.chunk[this.position++];
  }

  /** The next byte. @throws {UnexpectedEndError} */
  async byte(): Promise<number> {
    const value = await this.byteOrEnd();
    if (value === undefined) throw new UnexpectedEndError("The stream ended where a byte was expected");
    return value;
  }

  /** Fills `target` from `offset` to its end. @throws {UnexpectedEndError} */
  async fill(target: Uint8Array, offset = 0): Promise<void> {
    let at = offset;
    while (at < target.length) {
      if (this.position === this.chunk.length && !(await this.refill())) {
        throw new UnexpectedEndError(`The stream ended ${target.length - at} bytes early`);
      }
      const count = Math.min(target.length - at, this.chunk.length - this.position);
      target.set(this.chunk.subarray(this.position, this.position + count), at);
      this.position += count;
      at += count;
    }
  }

  /** The next `length` bytes. @throws {UnexpectedEndError} */
  async bytes(length: number): Promise<Uint8Array> {
    const target = new Uint8Array(length);
    await this.fill(target);
    return target;
  }
}

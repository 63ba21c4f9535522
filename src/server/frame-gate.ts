import type { DropCause } from "../client/protocol.js";
import { TokenBucket } from "./token-bucket.js";

/** Turns away a session's frames that come too often or are not newer than the one before. */
export class FrameGate {
  readonly #rate: TokenBucket;
  #lastSequence = 0;
  #lastTime = -Infinity;

  /** @param maxFps frames a second; @param now milliseconds */
  constructor(maxFps: number, now: number) {
    this.#rate = new TokenBucket(maxFps, Math.max(8, maxFps / 4), now);
  }

  /** Why a frame is not taken; undefined when it is. @param time of its capture, milliseconds of the client's clock */
  refusal(sequence: number, time: number, now: number): DropCause | undefined {
    if (!this.#rate.take(now)) return "rate";
    if (sequence <= this.#lastSequence || time <= this.#lastTime) return "late";
    this.#lastSequence = sequence;
    this.#lastTime = time;
    return undefined;
  }
}

import { SOUND_RATE } from "../client/protocol.js";
import { TokenBucket } from "./token-bucket.js";

/** Clocks differ, and what was held up comes at once: so much more than what is heard, and so many seconds of it together. */
const FASTER = 1.1, BURST = 1;
/** A piece counts as so many samples at least, 5 ms: short ones cost as much. */
const SHORTEST = SOUND_RATE / 200;

/** How much sound a session may send, in samples. @param now milliseconds */
export function soundBudget(now: number): TokenBucket {
  return new TokenBucket(FASTER * SOUND_RATE, BURST * SOUND_RATE, now);
}

/** What a piece of it counts as. */
export function soundCost({ length }: Int16Array): number {
  return Math.max(SHORTEST, length);
}

import type { RedisOptions } from "bullmq";
import { Redis } from "ioredis";
import { ReenactError } from "../../errors.js";

/** How long a first answer may take, milliseconds. */
const FIRST_ANSWER = 10_000;
/** Between two tries to come back to a Redis that is away, milliseconds, at most. */
const RETRY = 1000;

/** How BullMQ connects: it waits for a Redis that is away instead of giving up. */
export function redisOptions(url: string): RedisOptions {
  return { url, maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(RETRY, 50 * times) };
}

/**
 * Asks once whether a Redis answers at an address.
 * @throws {ReenactError} USAGE when it is no address of a Redis; QUEUE_UNAVAILABLE
 */
export async function checkRedis(url: string): Promise<void> {
  if (!/^rediss?:\/\//.test(url)) throw new ReenactError("USAGE", `Expected an address such as redis://127.0.0.1:6379 for --queue but received \`${url}\`.`);
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, connectTimeout: FIRST_ANSWER, retryStrategy: () => null });
  let reason: Error | undefined; // what is awaited only knows that the connection is closed
  redis.on("error", (error) => { reason ??= error; });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    throw new ReenactError("QUEUE_UNAVAILABLE", `Expected a Redis at \`${withoutPassword(url)}\` but it does not answer (${(reason ?? (cause as Error)).message}): start it, or correct the address.`, { cause });
  } finally {
    redis.disconnect();
  }
}

/** An address that may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/** Says once that a Redis is away, and once that it is back. */
export class OutageNotes {
  readonly #tell: (note: string) => void;
  #away = false;

  constructor(tell: (note: string) => void) {
    this.#tell = tell;
  }

  /** To be called for every error of a connection. */
  lost(): void {
    if (this.#away) return;
    this.#away = true;
    this.#tell("The queue's Redis is away: work in hand goes on, the rest waits until it is back.");
  }

  /** To be called when something came through again. */
  back(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#tell("The queue's Redis is back.");
  }
}

import { ReenactError } from "../errors.js";
import type { AddressAccount } from "./addresses.js";

/** Photos that may wait: of one address, and of all. A session has one at a time, the latest. */
const MOST_OF_ADDRESS = 4, MOST = 32;
/** A photo costs at least this, pixels; and one whose size nobody learnt, because it could not be read or was given up, this. */
export const LEAST_PIXELS = 3e6, UNKNOWN_PIXELS = 12e6;

interface Waiting {
  readonly account: AddressAccount;
  readonly start: () => Promise<void>;
}

/**
 * The photos of all sessions, one at a time, so that they take a part of the machine only: after each it rests for as long as that took.
 * Addresses take turns. What an address may have looked at is bounded by its account, which coming back does not refill.
 */
export class PhotoQueue {
  #waiting: Waiting[] = [];
  #working = false;
  #last: AddressAccount | undefined;

  /** Photos that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Looks at a photo when its turn comes; one whose signal is aborted before that is dropped.
   *
   * @param look does it, and says how many pixels it costs as soon as that is known
   * @throws ReenactError SERVER_REFUSED when the address has had too much, or too many wait; the signal's reason; what `look` throws
   */
  run<T>(account: AddressAccount, signal: AbortSignal, look: (charge: (pixels: number) => void) => Promise<T>): Promise<T> {
    const wait = account.photos.wait(performance.now());
    if (wait > 0) return Promise.reject(new ReenactError("SERVER_REFUSED", `Too many photos in a short time: wait ${Math.ceil(wait)} s and send it again.`));
    if (this.#waiting.length >= MOST || this.#waiting.filter((other) => other.account === account).length >= MOST_OF_ADDRESS) {
      return Promise.reject(new ReenactError("SERVER_REFUSED", "The server has many photos to look at: wait some seconds and send it again."));
    }
    account.photos.charge(LEAST_PIXELS, performance.now());
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = {
        account,
        start: async () => {
          signal.removeEventListener("abort", leave);
          let cost: number | undefined;
          try {
            resolve(await look((pixels) => { cost = pixels; }));
          } catch (error) {
            reject(error);
          }
          account.photos.charge(Math.max(0, (cost ?? UNKNOWN_PIXELS) - LEAST_PIXELS), performance.now());
        },
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#next(); next; next = this.#next()) {
      const started = performance.now();
      await next.start();
      const took = performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, Math.min(2000, took)));
    }
    this.#working = false;
  }

  /** The first of another address than the last, where there is one. */
  #next(): Waiting | undefined {
    const other = this.#waiting.findIndex(({ account }) => account !== this.#last);
    const [next] = this.#waiting.splice(Math.max(0, other), 1);
    this.#last = next?.account;
    return next;
  }
}

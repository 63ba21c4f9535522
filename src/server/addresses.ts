import { isIPv6 } from "node:net";
import { Budget } from "./budget.js";

/** Pixels of photos that an address may have looked at: a second, and at once. A telephone's photo has 12 million. */
const PHOTO_RATE = 6e6, PHOTO_BURST = 60e6;
/** Addresses that are remembered; those that have everything left are forgotten first. */
const MOST = 4096;

/** What is kept of an address, however often it connects anew. */
export interface AddressAccount {
  /** Whose it is: see {@link accountKey}. */
  readonly key: string;
  /** Pixels of photos. */
  readonly photos: Budget;
}

/**
 * What counts as one address: an IPv4 address, also inside IPv6; of other IPv6 addresses the first 64 bits, which whoever has one of
 * them has them all.
 */
export function accountKey(address: string | undefined): string {
  if (address === undefined) return "unknown";
  const [plain] = address.split("%", 1), [, v4] = /^::ffff:([\d.]+)$/i.exec(plain) ?? [];
  if (v4 !== undefined) return v4;
  if (!isIPv6(plain)) return plain;
  const [head, tail] = plain.split("::") as [string, string | undefined];
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const left = groups(head), right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${all.slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, "")).join(":")}::/64`;
}

/** The accounts of all addresses, bounded. */
export class Addresses {
  readonly #accounts = new Map<string, AddressAccount>();

  /** Accounts that are kept. */
  get size(): number {
    return this.#accounts.size;
  }

  /** The account of an address. */
  of(address: string | undefined): AddressAccount {
    const key = accountKey(address), now = performance.now();
    const account = this.#accounts.get(key) ?? { key, photos: new Budget(PHOTO_RATE, PHOTO_BURST, now) };
    // Re-inserted, so that the Map's order is the order of use.
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
    if (this.#accounts.size > MOST) this.#forget(now);
    return account;
  }

  #forget(now: number): void {
    for (const [key, { photos }] of this.#accounts) if (photos.full(now)) this.#accounts.delete(key);
    const oldest = this.#accounts.keys().next();
    if (this.#accounts.size > MOST && !oldest.done) this.#accounts.delete(oldest.value);
  }
}

/** A stream of numbers 0 ≤ x < 1; the same seed gives the same stream on every machine. */
export type Random = () => number;

/**
 * A small fast generator (sfc32 of Chris Doty-Humphrey's PractRand), its state hashed from the seed's characters.
 *
 * @param seed any text; join parts with a separator to derive independent streams ("7/pool", "7/photo.jpg")
 */
export function createRandom(seed: string): Random {
  let a = hash(seed, 0x9e3779b9), b = hash(seed, 0x243f6a88), c = hash(seed, 0xb7e15162), counter = 1;
  const next: Random = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next(); // the first outputs still resemble the seed
  return next;
}

/** A number between the bounds. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** One of the items, all alike likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)];
}

/** The items in random order (Fisher–Yates). */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** FNV-1a over the characters from a given start, with a final mix. */
function hash(text: string, start: number): number {
  let h = start | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return Math.imul(h ^ (h >>> 13), 0xc2b2ae35) ^ (h >>> 16);
}

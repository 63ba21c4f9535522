import { createRandom, shuffled } from "../model/synthesis/random.js";

/** A driver and a photo, as positions in their lists. */
export interface DriverPair {
  readonly driver: number;
  readonly photo: number;
}

/** Photos of every driver when nobody says how many pairs there are. */
const PHOTOS_EACH = 2;

/**
 * Draws which driver moves which photo: every driver equally often, up to one, on photos that are used equally often, too; no pair twice.
 *
 * @param count of pairs; default: each driver on two photos; drivers × photos and more are all of them
 * @returns by driver, then photo
 */
export function drawDriverPairs(drivers: number, photos: number, seed: number, count = PHOTOS_EACH * drivers): DriverPair[] {
  const order = shuffled(createRandom(`${seed}/photos`), Array.from({ length: photos }, (_, i) => i)), turns = shuffled(createRandom(`${seed}/drivers`), Array.from({ length: drivers }, (_, i) => i));
  const rounds = Math.min(photos, Math.ceil(count / drivers)), pairs: DriverPair[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [turn, driver] of turns.entries()) {
      if (pairs.length < count) pairs.push({ driver, photo: order[(turn * rounds + round) % photos] });
    }
  }
  return pairs.sort((a, b) => a.driver - b.driver || a.photo - b.photo);
}

/** How far ahead a place's byte says that all is of one kind; the kind is in the bits above. */
export const AHEAD = 63;
const KIND = 6;

/** What kind of place a byte of {@link placesAhead} is. */
export function kindAt(place: number): number {
  return place >> KIND;
}

/**
 * What every place of a box is, and how many places round it, at most {@link AHEAD}, are of the same kind: who walks through the box may
 * go so far without looking. A place whose neighbour is of another kind has 0.
 *
 * @param kindOf 0…3
 * @returns [height, width] of bytes, `kind << 6 | places`
 */
export function placesAhead(width: number, height: number, kindOf: (place: number) => number): Uint8Array {
  const places = new Uint8Array(width * height);
  for (let n = 0; n < places.length; n++) places[n] = (kindOf(n) << KIND) | AHEAD;
  // The distance to another kind, by rows of neighbours: once from the box's beginning, once from its end (Rosenfeld and Pfaltz, 1966).
  const meet = (n: number, other: number) => {
    const own = places[n], far = own >> KIND === places[other] >> KIND ? (places[other] & AHEAD) + 1 : 0;
    if (far < (own & AHEAD)) places[n] = (own & ~AHEAD) | far;
  };
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      if (x > 0) meet(n, n - 1);
      if (y === 0) continue;
      meet(n, n - width);
      if (x > 0) meet(n, n - width - 1);
      if (x < width - 1) meet(n, n - width + 1);
    }
  }
  for (let y = height - 1, n = places.length - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--, n--) {
      if (x < width - 1) meet(n, n + 1);
      if (y === height - 1) continue;
      meet(n, n + width);
      if (x > 0) meet(n, n + width - 1);
      if (x < width - 1) meet(n, n + width + 1);
    }
  }
  return places;
}

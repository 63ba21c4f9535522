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
  // The distance to another kind, by neighbours gone by before: once from the box's beginning, once from its end (Rosenfeld and Pfaltz, 1966).
  for (const step of [1, -1]) {
    for (let k = 0, n = step > 0 ? 0 : places.length - 1; k < places.length; k++, n += step) {
      const own = places[n], x = n % width, left = x > 0, right = x < width - 1, row = n - step * width;
      let far = own & AHEAD;
      if (step > 0 ? left : right) far = Math.min(far, beside(own, places[n - step]));
      if (row >= 0 && row < places.length) {
        far = Math.min(far, beside(own, places[row]));
        if (left) far = Math.min(far, beside(own, places[row - 1]));
        if (right) far = Math.min(far, beside(own, places[row + 1]));
      }
      places[n] = (own & ~AHEAD) | far;
    }
  }
  return places;
}

/** How far a place may go if one beside it may go as far as it says. */
function beside(own: number, other: number): number {
  return own >> KIND === other >> KIND ? Math.min(AHEAD, (other & AHEAD) + 1) : 0;
}

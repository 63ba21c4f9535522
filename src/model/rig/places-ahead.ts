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
  const right = width - 1, bottom = height - 1;
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      const own = places[n];
      let far = x > 0 ? beside(own, places[n - 1]) : AHEAD;
      if (y > 0) {
        far = Math.min(far, beside(own, places[n - width]));
        if (x > 0) far = Math.min(far, beside(own, places[n - width - 1]));
        if (x < right) far = Math.min(far, beside(own, places[n - width + 1]));
      }
      places[n] = (own & ~AHEAD) | far;
    }
  }
  for (let y = bottom, n = places.length - 1; y >= 0; y--) {
    for (let x = right; x >= 0; x--, n--) {
      const own = places[n];
      let far = Math.min(own & AHEAD, x < right ? beside(own, places[n + 1]) : AHEAD);
      if (y < bottom) {
        far = Math.min(far, beside(own, places[n + width]));
        if (x > 0) far = Math.min(far, beside(own, places[n + width - 1]));
        if (x < right) far = Math.min(far, beside(own, places[n + width + 1]));
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

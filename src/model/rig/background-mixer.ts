/** Bytes of a place in {@link BackgroundMixer.places}. */
export const PLACE_BYTES = 8;
/** What of a place is in front of its background below this share shows nothing of it. */
export const UNSEEN = 0.004;

/** Puts the background of places behind the person that has come there, a run of a row of a box at a time: see `PersonLayer`. */
export interface BackgroundMixer {
  /** [height, width, 8] of the box: B (red, green, blue), α, h, and h · T + 128 (red, green, blue), of 255 each. */
  readonly places: Uint8Array;
  /**
   * Mixes pixels from ≤ x < to.
   *
   * @param shift [width, 2] where each pixel of the row came from, less its own place
   * @param out holds what came there, and receives it with the background behind it
   * @param at where pixel `from` begins in `out`
   */
  mix(shift: Float32Array, row: number, from: number, to: number, out: Uint8ClampedArray, at: number): void;
}

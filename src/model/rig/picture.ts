/** A picture that is drawn on: RGB, clamping and rounding what is stored. */
export interface Picture {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

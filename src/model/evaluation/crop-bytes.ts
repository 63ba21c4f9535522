/** A picture in −1…1 in 8 bits, as it would be shown. */
export function toBytes(picture: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(picture, (value) => Math.min(255, Math.max(0, Math.round(127.5 * (value + 1)))));
}

/** A picture in 8 bits as the network reads it, −1…1. */
export function toFloats(picture: Uint8Array): Float32Array {
  return Float32Array.from(picture, (value) => value / 127.5 - 1);
}

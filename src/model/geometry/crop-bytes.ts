/** A picture in −1…1 in 8 bits, as it would be shown. */
export function toBytes(picture: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(picture.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.min(255, Math.max(0, Math.round(127.5 * (picture[i] + 1))));
  return bytes;
}

/** A picture in 8 bits as the network reads it, −1…1; in a loop, since `from` asks an iterator for every number, which takes fourteen times as long. */
export function toFloats(picture: Uint8Array): Float32Array {
  const values = new Float32Array(picture.length);
  for (let i = 0; i < values.length; i++) values[i] = picture[i] / 127.5 - 1;
  return values;
}

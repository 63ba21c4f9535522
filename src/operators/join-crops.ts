/** Crops [96, 96, 3] one after another, as the network takes a batch. */
export function joinCrops(crops: readonly Float32Array[]): Float32Array {
  if (crops.length === 1) return crops[0];
  const size = crops[0].length, joined = new Float32Array(size * crops.length);
  crops.forEach((crop, i) => joined.set(crop, i * size));
  return joined;
}

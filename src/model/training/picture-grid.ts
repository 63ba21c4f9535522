import sharp from "sharp";

/**
 * Writes a PNG of rows of faces, for a person to look at.
 *
 * @param rows each a list of [size, size, 3] pictures in −1…1
 * @param zoom whole-number enlargement
 */
export async function writePictureGrid(file: string, rows: readonly (readonly Float32Array[])[], size: number, zoom = 1): Promise<void> {
  const width = size * Math.max(...rows.map((row) => row.length)), height = size * rows.length;
  const pixels = new Uint8Array(width * height * 3);
  rows.forEach((row, r) => row.forEach((face, c) => {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < 3 * size; x++) {
        pixels[3 * ((r * size + y) * width + c * size) + x] = Math.min(255, Math.max(0, Math.round(127.5 * (face[3 * y * size + x] + 1))));
      }
    }
  }));
  await sharp(pixels, { raw: { width, height, channels: 3 } }).resize(width * zoom, height * zoom, { kernel: "nearest" }).png().toFile(file);
}

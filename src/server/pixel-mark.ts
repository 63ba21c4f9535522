/** Letters of five by seven pixels: text that needs no font, which a server may not have. */
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  S: [".####", "#....", "#....", ".###.", "....#", "....#", "####."],
  Y: ["#...#", "#...#", ".#.#.", "..#..", "..#..", "..#..", "..#.."],
  N: ["#...#", "##..#", "#.#.#", "#..##", "#...#", "#...#", "#...#"],
  T: ["#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."],
  H: ["#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
  E: ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
  I: [".###.", "..#..", "..#..", "..#..", "..#..", "..#..", ".###."],
  C: [".####", "#....", "#....", "#....", "#....", "#....", ".####"],
};
const WORD = "SYNTHETIC", ADVANCE = 6, HEIGHT = 7, PAD = 4;

/** The word "synthetic", white on a dark ground: RGBA. @param scale pixels for each of a letter's */
export function pixelMark(scale: number): { readonly data: Uint8Array; readonly width: number; readonly height: number } {
  const columns = WORD.length * ADVANCE - 1 + 2 * PAD, rows = HEIGHT + 2 * PAD, width = columns * scale, height = rows * scale;
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / scale) - PAD, row = Math.floor(y / scale) - PAD, letter = LETTERS[WORD[Math.floor(column / ADVANCE)]];
      const ink = column >= 0 && letter?.[row]?.[column % ADVANCE] === "#";
      data.set(ink ? [255, 255, 255, 255] : [0, 0, 0, 140], 4 * (y * width + x));
    }
  }
  return { data, width, height };
}

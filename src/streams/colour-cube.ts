import { writeFile } from "node:fs/promises";
import { screenMap, type Colours } from "./screen-map.js";

/**
 * Points along each side: the most that ffmpeg reads everywhere. Measured over colours that a screen can show and that are not quite pure,
 * what is read between the points is off by .3 levels of 255 in PQ (less than 1 in 95 of 100), .1 in HLG; a table of 33 by three times that.
 */
const SIZE = 64;
/** Of the screens that video is made for (ITU-R BT.1886). */
const GAMMA = 2.4;

const made = new Map<string, string>();

/** {@link screenMap} as a table that ffmpeg's `lut3d` reads: one line for each point, red changes fastest. */
function colourCube(colours: Colours): string {
  const map = screenMap(colours, GAMMA), step = (i: number) => i / (SIZE - 1), lines = [`LUT_3D_SIZE ${SIZE}`];
  for (let b = 0; b < SIZE; b++) {
    for (let g = 0; g < SIZE; g++) {
      for (let r = 0; r < SIZE; r++) lines.push(map([step(r), step(g), step(b)]).map((value) => value.toFixed(5)).join(" "));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Writes the table for some colours; it is made once. */
export async function writeColourCube(path: string, { transfer, primaries }: Colours): Promise<void> {
  const key = `${transfer} ${primaries}`, cube = made.get(key) ?? colourCube({ transfer, primaries });
  made.set(key, cube);
  await writeFile(path, cube);
}

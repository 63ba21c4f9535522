import type { FileHandle } from "node:fs/promises";
import { readBoxes, type Box } from "./mp4-boxes.js";

/*
 * What an MP4's index says of its tracks, read from the file box by box: only the tables that are asked for are loaded.
 * Source: ISO/IEC 14496-12, 8.5.2 stsd, 8.7.3 stsz, 8.7.4 stsc, 8.7.5 stco and co64.
 */

/** The sample table's boxes of every track, in order. */
async function sampleTables(file: FileHandle, moov: Box): Promise<Box[][]> {
  const tables: Box[][] = [];
  for (const track of await readBoxes(file, moov.content, moov.end)) {
    if (track.type !== "trak") continue;
    let boxes = await readBoxes(file, track.content, track.end);
    for (const type of ["mdia", "minf", "stbl"]) {
      const box = boxes.find((one) => one.type === type);
      boxes = box === undefined ? [] : await readBoxes(file, box.content, box.end);
    }
    tables.push(boxes);
  }
  return tables;
}

/** A table's 32-bit numbers after its 4 bytes of version and flags; empty where there is no such box. */
async function numbers(file: FileHandle, boxes: readonly Box[], type: string): Promise<number[]> {
  const box = boxes.find((one) => one.type === type);
  if (box === undefined) return [];
  const { buffer, bytesRead } = await file.read(Buffer.alloc(box.end - box.content), 0, box.end - box.content, box.content);
  return Array.from({ length: Math.max(0, Math.floor(bytesRead / 4) - 1) }, (_, i) => buffer.readUInt32BE(4 + 4 * i));
}

/** How the samples of every track are coded: `avc1`, `mp4a`, `encv` and `enca` for what is encrypted; undefined for a track that does not say. */
export async function sampleFormats(file: FileHandle, moov: Box): Promise<(string | undefined)[]> {
  const formats: (string | undefined)[] = [];
  for (const boxes of await sampleTables(file, moov)) {
    const stsd = boxes.find(({ type }) => type === "stsd");
    const [entry] = stsd === undefined ? [] : await readBoxes(file, stsd.content + 8, stsd.end);
    formats.push(entry?.type);
  }
  return formats;
}

/** The byte after the last sample of any track; undefined where the index does not say (fragments have indices of their own). */
export async function samplesEnd(file: FileHandle, moov: Box): Promise<number | undefined> {
  if ((await readBoxes(file, moov.content, moov.end)).some(({ type }) => type === "mvex")) return undefined;
  let end: number | undefined;
  for (const boxes of await sampleTables(file, moov)) {
    const [size = 0, count = 0, ...sizes] = await numbers(file, boxes, "stsz"), [, ...runs] = await numbers(file, boxes, "stsc");
    const [, ...narrow] = await numbers(file, boxes, "stco"), [, ...wide] = await numbers(file, boxes, "co64");
    const chunks = narrow.length > 0 ? narrow : Array.from({ length: wide.length / 2 }, (_, i) => wide[2 * i]! * 2 ** 32 + wide[2 * i + 1]!);
    for (let chunk = 0, run = 0, sample = 0; chunk < chunks.length && sample < count; chunk++) {
      // A run holds from its first chunk (counted from 1) up to the next run's; each is three numbers.
      while (runs[3 * (run + 1)] !== undefined && runs[3 * (run + 1)]! <= chunk + 1) run++;
      let at = chunks[chunk]!;
      for (let left = runs[3 * run + 1] ?? 0; left > 0 && sample < count; left--, sample++) at += size || (sizes[sample] ?? 0);
      end = Math.max(end ?? 0, at);
    }
  }
  return end;
}

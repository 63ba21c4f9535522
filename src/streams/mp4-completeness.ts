import type { FileHandle } from "node:fs/promises";
import { readBoxes } from "./mp4-boxes.js";
import { sampleFormats, samplesEnd } from "./mp4-tracks.js";

/** What the boxes of a file tell about its completeness, and what ffprobe does not tell of its tracks. */
export interface Mp4Completeness {
  /** Whether this is an ISO base media file (MP4, MOV, M4A, 3GP, HEIF) at all. */
  readonly isMp4: boolean;
  /** Whether the index without which nothing can be decoded is there. */
  readonly hasIndex: boolean;
  /** How many bytes of its samples are not there. */
  readonly missingBytes: number;
  /** The numbers of its encrypted tracks. */
  readonly encrypted: readonly number[];
}

/** Looks at the boxes' headers only, and at the tables of samples where the last box says that more should follow. */
export async function mp4Completeness(file: FileHandle): Promise<Mp4Completeness> {
  const { size } = await file.stat();
  const boxes = await readBoxes(file, 0, size);
  const isMp4 = ["ftyp", "moov", "wide", "mdat", "free", "skip"].includes(boxes[0]?.type ?? "") && boxes.some(({ type }) => /^(ftyp|moov|mdat)$/.test(type));
  const moov = boxes.find(({ type, end }) => type === "moov" && end <= size);
  const stated = isMp4 ? Math.max(0, (boxes.at(-1)?.end ?? 0) - size) : 0;
  // A writer may have promised more than it had: what counts is where the last sample ends.
  const end = stated > 0 && moov !== undefined ? await samplesEnd(file, moov) : undefined;
  const formats = isMp4 && moov !== undefined ? await sampleFormats(file, moov) : [];
  return {
    isMp4, hasIndex: moov !== undefined, missingBytes: end === undefined ? stated : Math.max(0, end - size),
    encrypted: formats.flatMap((format, index) => (format === "encv" || format === "enca" ? [index] : [])),
  };
}

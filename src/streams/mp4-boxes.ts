import type { FileHandle } from "node:fs/promises";

/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2): where it lies in the file. */
export interface Box {
  /** Four characters. */
  readonly type: string;
  /** Byte at which its header starts. */
  readonly start: number;
  /** Byte at which its content starts. */
  readonly content: number;
  /** The byte after it, by its own account: beyond the end of a file that was cut off. */
  readonly end: number;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** The boxes between two bytes of a file, in order; ends early where the bytes make no sense as boxes. */
export async function readBoxes(file: FileHandle, from: number, to: number): Promise<Box[]> {
  const boxes: Box[] = [];
  let start = from;
  while (start + 8 <= to) {
    const header = await readAt(file, start, 16);
    if (header.length < 8) break;
    const size = header.readUInt32BE(0);
    const long = size === 1 && header.length === 16;
    const end = size === 0 ? to : start + (long ? Number(header.readBigUInt64BE(8)) : size);
    const content = start + (long ? 16 : 8);
    if (end < content) break;
    boxes.push({ type: header.toString("latin1", 4, 8), start, content, end });
    start = end;
  }
  return boxes;
}

/** What the outermost boxes of a file tell about its completeness. */
export interface Mp4Completeness {
  /** Whether this is an ISO base media file (MP4, MOV, M4A, 3GP, HEIF) at all. */
  readonly isMp4: boolean;
  /** Whether the index without which nothing can be decoded is there. */
  readonly hasIndex: boolean;
  /** How many bytes the last box says should still follow. */
  readonly missingBytes: number;
}

/** Looks at the outermost boxes only: quick, whatever the file's size. */
export async function mp4Completeness(file: FileHandle): Promise<Mp4Completeness> {
  const { size } = await file.stat();
  const boxes = await readBoxes(file, 0, size);
  const isMp4 = ["ftyp", "moov", "wide", "mdat", "free", "skip"].includes(boxes[0]?.type ?? "") && boxes.some(({ type }) => /^(ftyp|moov|mdat)$/.test(type));
  return {
    isMp4,
    hasIndex: boxes.some(({ type, end }) => type === "moov" && end <= size),
    missingBytes: isMp4 ? Math.max(0, (boxes.at(-1)?.end ?? 0) - size) : 0,
  };
}

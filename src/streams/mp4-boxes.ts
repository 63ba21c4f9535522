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

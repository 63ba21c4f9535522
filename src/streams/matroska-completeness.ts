import type { FileHandle } from "node:fs/promises";

/** Elements of Matroska and WebM (RFC 8794, RFC 9559) by their identifiers. */
const EBML = 0x1a45dfa3, SEGMENT = 0x18538067;

/** An element's header: four bytes of identifier at most, eight of size. */
const HEADER = 12;

/** An element as its header tells it; `end` is undefined where the writer did not know, as when it wrote to a pipe. */
interface Element {
  readonly id: number;
  readonly content: number;
  readonly end: number | undefined;
}

/**
 * How many bytes a Matroska or WebM file lacks by its own account: of its Segment, or of an element in it where the Segment's own size was
 * never written. 0 for files of other kinds, and where nothing tells.
 */
export async function matroskaMissingBytes(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const head = await readElement(file, 0);
  if (head?.id !== EBML || head.end === undefined) return 0;
  const segment = await readElement(file, head.end);
  if (segment?.id !== SEGMENT) return 0;
  let end = segment.end;
  for (let at = segment.content; segment.end === undefined && at < size;) {
    const element = await readElement(file, at);
    if (element?.end === undefined) break;
    at = end = element.end;
  }
  return Math.max(0, (end ?? 0) - size);
}

async function readElement(file: FileHandle, start: number): Promise<Element | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER), 0, HEADER, start);
  const idLength = vintLength(buffer[0]), sizeLength = vintLength(buffer[idLength]);
  if (idLength > 4 || sizeLength > 8 || idLength + sizeLength > bytesRead) return undefined;
  const id = buffer.readUIntBE(0, idLength), content = start + idLength + sizeLength;
  // The length's marker is no part of a size; all ones mean that it is not known.
  const bits = buffer.subarray(idLength, idLength + sizeLength).reduce((value, byte) => 256n * value + BigInt(byte), 0n) & ((1n << BigInt(7 * sizeLength)) - 1n);
  return { id, content, end: bits === (1n << BigInt(7 * sizeLength)) - 1n ? undefined : content + Number(bits) };
}

/** Bytes of a variable-size integer, from the zeros that its first byte begins with; 9 where it is none (RFC 8794, 4). */
function vintLength(first: number): number {
  return Math.clz32(first) - 23;
}

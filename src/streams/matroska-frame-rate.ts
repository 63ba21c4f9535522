import { open } from "node:fs/promises";
import { toNumber, type Rational } from "./rational.js";

/** The IDs of the Tracks element and of a track's DefaultDuration, nanoseconds as an unsigned integer (RFC 9559, 5.1.4.1). */
const TRACKS = Buffer.from("1654ae6b", "hex");
const DEFAULT_DURATION = Buffer.from("23e383", "hex");
/** Tracks stand at the start of what ffmpeg writes, the pictures' first. */
const HEAD_BYTES = 4096;

/**
 * Makes a Matroska or WebM file that ffmpeg wrote state a frame rate for its pictures: where it copies them it states the average of their
 * times. A file that states none, or has no room for this one, stays as it is.
 */
export async function stateMatroskaFrameRate(path: string, frameRate: Rational): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead), tracks = head.indexOf(TRACKS);
    const at = tracks < 0 ? -1 : head.indexOf(DEFAULT_DURATION, tracks) + DEFAULT_DURATION.length;
    if (at < DEFAULT_DURATION.length || at >= head.length) return;
    // A length of one byte has its highest bit set.
    const size = head[at] & 0x7f, duration = Math.floor(1e9 / toNumber(frameRate));
    if (head[at] < 0x80 || size < 1 || size > 6 || duration >= 256 ** size) return;
    const value = Buffer.alloc(size);
    value.writeUIntBE(duration, 0, size);
    await file.write(value, 0, size, at + 1);
  } finally {
    await file.close();
  }
}

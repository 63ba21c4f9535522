import { open } from "node:fs/promises";

/** The IDs of the Info element and of its Duration, the latter with the size of a double (RFC 9559, 5.1.2). */
const INFO = Buffer.from("1549a966", "hex");
const DURATION = Buffer.from("448988", "hex");
/** Info stands at the start of what ffmpeg writes. */
const HEAD_BYTES = 4096;

/**
 * Makes a Matroska or WebM file that ffmpeg wrote (in its milliseconds) last at least `seconds`: ffmpeg before 5 does not count the last
 * picture.
 * @returns whether the file states a duration at all: one that was not finished does not.
 */
export async function ensureMatroskaDuration(path: string, seconds: number): Promise<boolean> {
  const file = await open(path, "r+");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    const info = head.indexOf(INFO);
    const at = info < 0 ? -1 : head.indexOf(DURATION, info);
    if (at < 0 || at + 11 > head.length) return false;
    const stated = head.readDoubleBE(at + DURATION.length);
    if (!(stated > 0) && seconds <= 0) return false;
    const wanted = Math.max(stated, seconds * 1000);
    if (wanted !== stated) {
      const value = Buffer.alloc(8);
      value.writeDoubleBE(wanted);
      await file.write(value, 0, 8, at + DURATION.length);
    }
    return true;
  } finally {
    await file.close();
  }
}

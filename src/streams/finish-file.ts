import { open } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import { ensureMatroskaDuration } from "./matroska-duration.js";
import { mp4Completeness } from "./mp4-completeness.js";
import { settleDurations } from "./mp4-durations.js";
import { gifMark, xmpBox } from "./synthetic-mark.js";

/** The byte a GIF ends with. */
const GIF_TRAILER = 0x3b;

/** When the pictures end, and how long the last one is shown; seconds. */
export interface PictureTimes {
  readonly end: number;
  readonly last: number;
}

/**
 * Puts right what ffmpeg leaves open in a file it ended: the last picture's duration, and the mark where its muxer has no place for one.
 * Checks at the same time that the file is complete: some builds end with code 0 though the last write failed.
 * @throws {ReenactError} ENCODE_FAILED when the file is not complete; errors of the file system as they are.
 */
export async function completeFile(path: string, muxer: string, times: PictureTimes): Promise<void> {
  const complete = muxer === "gif" ? await markGif(path) : muxer === "mp4" || muxer === "mov" ? await finishMp4(path, times) : await ensureMatroskaDuration(path, times.end);
  if (!complete) throw new ReenactError("ENCODE_FAILED", `ffmpeg ended, but its ${muxer} file is not complete.`);
}

async function finishMp4(path: string, times: PictureTimes): Promise<boolean> {
  const file = await open(path, "r+");
  try {
    const { hasIndex, missingBytes } = await mp4Completeness(file);
    if (!hasIndex || missingBytes > 0) return false;
    await file.write(xmpBox(), 0, undefined, (await file.stat()).size);
  } finally {
    await file.close();
  }
  await settleDurations(path, times.last);
  return true;
}

async function markGif(path: string): Promise<boolean> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    if (bytesRead !== 1 || buffer[0] !== GIF_TRAILER) return false;
    await file.write(Buffer.concat([gifMark(), buffer]), 0, undefined, size - 1);
    return true;
  } finally {
    await file.close();
  }
}

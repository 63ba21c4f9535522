import { open } from "node:fs/promises";
import { readBoxes } from "./mp4-boxes.js";

/*
 * ffmpeg before 5 leaves the last picture of a file without a duration where the clock is finer than a millisecond (a clip of one frame
 * then lasts 0 s), and counts the priming of sound that its own edit list skips. Both are put right afterwards: all numbers are of fixed
 * size and are changed in place.
 * Source: ISO/IEC 14496-12, 8.2.2 mvhd, 8.3.2 tkhd, 8.4.2 mdhd, 8.6.1.2 stts, 8.6.6 elst.
 */

interface Span {
  start: number;
  end: number;
}

/** The boxes in `data` between two bytes, by type; the first of each. */
function boxesIn(data: Buffer, { start, end }: Span): { type: string; span: Span }[] {
  const found: { type: string; span: Span }[] = [];
  for (let at = start; at + 8 <= end; ) {
    const size = data.readUInt32BE(at);
    if (size < 8) break;
    found.push({ type: data.toString("latin1", at + 4, at + 8), span: { start: at + 8, end: at + size } });
    at += size;
  }
  return found;
}

function descend(data: Buffer, span: Span, ...path: string[]): Span | undefined {
  const [type, ...rest] = path;
  if (type === undefined) return span;
  const found = boxesIn(data, span).find((box) => box.type === type);
  return found === undefined ? undefined : descend(data, found.span, ...rest);
}

/** A field of four or, in version 1 of its box, eight bytes. */
class Field {
  constructor(
    private readonly data: Buffer,
    private readonly at: number,
    private readonly wide: boolean,
  ) {}

  get value(): number {
    return this.wide ? Number(this.data.readBigUInt64BE(this.at)) : this.data.readUInt32BE(this.at);
  }

  set value(value: number) {
    if (this.wide) this.data.writeBigUInt64BE(BigInt(value), this.at);
    else this.data.writeUInt32BE(value, this.at);
  }
}

/** Offsets of the fields after a box's 4 bytes of version and flags, for versions 0 and 1. */
function field(data: Buffer, span: Span, offset0: number, offset1: number, wide = true): Field {
  const version1 = data[span.start] === 1;
  return new Field(data, span.start + 4 + (version1 ? offset1 : offset0), version1 && wide);
}

/** The fields of a track that durations depend on. */
interface Track {
  readonly isVideo: boolean;
  readonly tkhd: Span;
  readonly mdhd: Span;
  readonly stts: Span;
  readonly elst: Span | undefined;
}

function readTrack(data: Buffer, span: Span): Track | undefined {
  const find = (...path: string[]) => descend(data, span, ...path);
  const [tkhd, mdhd, hdlr, stts] = [find("tkhd"), find("mdia", "mdhd"), find("mdia", "hdlr"), find("mdia", "minf", "stbl", "stts")];
  if (tkhd === undefined || mdhd === undefined || hdlr === undefined || stts === undefined) return undefined;
  const isVideo = data.toString("latin1", hdlr.start + 8, hdlr.start + 12) === "vide";
  return { isVideo, tkhd, mdhd, stts, elst: descend(data, span, "edts", "elst") };
}

/** How long the last edit lasts, movie ticks. */
function lastEdit(data: Buffer, elst: Span): Field {
  const wide = data[elst.start] === 1;
  return new Field(data, elst.start + 8 + (data.readUInt32BE(elst.start + 4) - 1) * (wide ? 20 : 12), wide);
}

/** The last picture gets a duration if it has none. */
function extendLast(data: Buffer, track: Track, seconds: number, movieScale: number): void {
  const runs = data.readUInt32BE(track.stts.start + 4);
  const last = track.stts.start + 8 + (runs - 1) * 8;
  if (runs < 1 || data.readUInt32BE(last) !== 1 || data.readUInt32BE(last + 4) !== 0) return;
  const ticks = Math.round(seconds * mediaScale(data, track));
  data.writeUInt32BE(ticks, last + 4);
  field(data, track.mdhd, 12, 20).value += ticks;
  // Rounded up, as ffmpeg does: an edit that ends a little early would cut the picture's own duration.
  const movieTicks = Math.ceil(seconds * movieScale);
  field(data, track.tkhd, 16, 24).value += movieTicks;
  if (track.elst !== undefined) lastEdit(data, track.elst).value += movieTicks;
}

/** A track lasts as long as its edits say together (8.3.2.3). */
function followEdits(data: Buffer, { tkhd, elst }: Track): void {
  if (elst === undefined) return;
  const [wide, entries] = [data[elst.start] === 1, data.readUInt32BE(elst.start + 4)];
  let total = 0;
  for (let i = 0; i < entries; i++) total += new Field(data, elst.start + 8 + i * (wide ? 20 : 12), wide).value;
  if (total > 0) field(data, tkhd, 16, 24).value = total;
}

function mediaScale(data: Buffer, { mdhd }: Track): number {
  return field(data, mdhd, 8, 16, false).value;
}

/** Puts the durations of `moov`, a file's index, right in place. */
function settle(moov: Buffer, lastPicture: number): void {
  const whole = { start: 0, end: moov.length };
  const mvhd = descend(moov, whole, "mvhd");
  if (mvhd === undefined) return;
  const movieScale = field(moov, mvhd, 8, 16, false).value;
  const tracks = boxesIn(moov, whole).flatMap(({ type, span }) => (type === "trak" ? (readTrack(moov, span) ?? []) : []));
  for (const track of tracks) {
    if (track.isVideo) extendLast(moov, track, lastPicture, movieScale);
    followEdits(moov, track);
  }
  field(moov, mvhd, 12, 20).value = Math.max(...tracks.map(({ tkhd }) => field(moov, tkhd, 16, 24).value));
}

/** Puts the durations that an MP4 or MOV file states right; `lastPicture`: how long the last picture is shown, seconds. */
export async function settleDurations(path: string, lastPicture: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const box = (await readBoxes(file, 0, (await file.stat()).size)).find(({ type }) => type === "moov");
    if (box === undefined) return;
    const moov = Buffer.alloc(box.end - box.content);
    await file.read(moov, 0, moov.length, box.content);
    settle(moov, lastPicture);
    await file.write(moov, 0, moov.length, box.content);
  } finally {
    await file.close();
  }
}

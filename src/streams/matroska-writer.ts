import { toSeconds, type Rational } from "./rational.js";

/*
 * Raw pictures travel to ffmpeg in Matroska: it can be piped, states a frame rate apart from the times, and its clock can tick in
 * nanoseconds, finer than any time base the encoder rounds to. Source: RFC 8794 (EBML) and RFC 9559 (Matroska).
 */
const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  defaultDuration: 0x23e383,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  colourSpace: 0x2eb524,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const NANOSECONDS = 1e9;
/** What libavcodec calls packed RGB of 24 bits. */
const RGB24 = Buffer.from([0x52, 0x47, 0x42, 24]);
/** Track 1, time 0 relative to the cluster, a key frame. */
const BLOCK_HEADER = Buffer.from([0x81, 0, 0, 0x80]);

function idBytes(id: number): Buffer {
  const length = id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1;
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(id, 0, length);
  return bytes;
}

/** A size, always in eight bytes: the marker bit 1 and 56 bits. */
function sizeBytes(size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(size));
  return bytes;
}

function element(id: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([idBytes(id), sizeBytes(body.length), body]);
}

function unsigned(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(id, bytes);
}

function text(id: number, value: string): Buffer {
  return element(id, Buffer.from(value, "utf8"));
}

/** The bytes before the first picture: packed RGB of `width`×`height` pixels, said to come at `frameRate` (a statement, not a grid). */
export function matroskaHeader(width: number, height: number, frameRate: Rational): Buffer {
  const frameDuration = Math.round((NANOSECONDS * frameRate.den) / frameRate.num);
  const unknownSize = Buffer.from("01ffffffffffffff", "hex");
  return Buffer.concat([
    element(ID.ebml, text(ID.docType, "matroska"), unsigned(ID.docTypeVersion, 4), unsigned(ID.docTypeReadVersion, 2)),
    idBytes(ID.segment),
    unknownSize,
    element(ID.info, unsigned(ID.timestampScale, 1), text(ID.muxingApp, "reenact"), text(ID.writingApp, "reenact")),
    element(
      ID.tracks,
      element(
        ID.trackEntry,
        unsigned(ID.trackNumber, 1),
        unsigned(ID.trackUid, 1),
        unsigned(ID.trackType, 1),
        unsigned(ID.flagLacing, 0),
        unsigned(ID.defaultDuration, frameDuration),
        text(ID.codecId, "V_UNCOMPRESSED"),
        element(ID.video, unsigned(ID.pixelWidth, width), unsigned(ID.pixelHeight, height), element(ID.colourSpace, RGB24)),
      ),
    ),
  ]);
}

/** The bytes before a picture of `length` bytes that is shown `ticks` of `timeBase` after the start (not negative). */
export function matroskaFrameHeader(ticks: number, timeBase: Rational, length: number): Buffer {
  const time = unsigned(ID.timestamp, Math.round(toSeconds(ticks, timeBase) * NANOSECONDS));
  const block = Buffer.concat([idBytes(ID.simpleBlock), sizeBytes(BLOCK_HEADER.length + length), BLOCK_HEADER]);
  return Buffer.concat([idBytes(ID.cluster), sizeBytes(time.length + block.length + length), time, block]);
}

import { UnexpectedEndError, type ByteReader } from "./byte-reader.js";
import { rational, type Rational } from "./rational.js";

/*
 * NUT is the container that ffmpeg itself defined, and the only one it writes that can be piped, carries raw pictures, and states
 * every presentation time in an exact rational time base. Only what its muxer makes of one raw video stream is read here.
 * Source: the NUT Open Container Format specification, draft 20130327 (sections 3, "Bitstream layout").
 */
const FILE_ID = "nut/multimedia container\0";
/** The first byte of every start code, and hence no frame code. */
const START_CODE = 0x4e;
/** Second byte of the start codes, after "N". */
const PACKET = { main: 0x4d, stream: 0x53, syncPoint: 0x4b } as const;

const FLAG = {
  codedPts: 1 << 3,
  streamId: 1 << 4,
  sizeMsb: 1 << 5,
  checksum: 1 << 6,
  reserved: 1 << 7,
  sideData: 1 << 8,
  headerIndex: 1 << 10,
  matchTime: 1 << 11,
  coded: 1 << 12,
  invalid: 1 << 13,
} as const;

interface FrameCode {
  flags: number;
  ptsDelta: number;
  sizeMul: number;
  sizeLsb: number;
  reservedCount: number;
  headerIndex: number;
}

/** A raw picture as it lies in the stream. */
export interface NutFrame {
  /** Presentation time in ticks of {@link NutReader.timeBase}. */
  readonly pts: number;
  /** The picture's bytes. */
  readonly data: Uint8Array;
}

/** Reads numbers off a packet's bytes. */
class Fields {
  private at = 0;
  constructor(private readonly data: Uint8Array) {}

  unsigned(): number {
    let value = 0;
    for (;;) {
      const byte = this.data[this.at++];
      if (byte === undefined) throw new UnexpectedEndError("A NUT packet ended inside a number");
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  signed(): number {
    return unfoldSign(this.unsigned());
  }

  blob(): Uint8Array {
    const length = this.unsigned();
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }
}

function unfoldSign(value: number): number {
  const next = value + 1;
  return next % 2 === 1 ? -Math.floor(next / 2) : next / 2;
}

/** Reads raw pictures with exact times from ffmpeg's `-f nut` output of one video stream. */
export class NutReader {
  private timeBases: Rational[] = [];
  private frameCodes: FrameCode[] = [];
  private elisionHeaders: Uint8Array[] = [new Uint8Array(0)];
  private ptsShift = 0;
  private lastPts = 0;
  private streamTimeBase: Rational | undefined;
  private started = false;

  constructor(private readonly bytes: ByteReader) {}

  /** The time base of every `pts`; known once the first frame was read. */
  get timeBase(): Rational {
    if (this.streamTimeBase === undefined) throw new Error("The time base is known after the first frame");
    return this.streamTimeBase;
  }

  /**
   * The next picture, or undefined at the end of the stream.
   * @throws {UnexpectedEndError} when the stream breaks off inside something; Error when it is not NUT.
   */
  async next(): Promise<NutFrame | undefined> {
    if (!this.started) {
      const first = await this.bytes.byteOrEnd();
      if (first === undefined) return undefined;
      const rest = await this.bytes.bytes(FILE_ID.length - 1);
      if (String.fromCharCode(first, ...rest) !== FILE_ID) throw new Error("Expected a NUT stream from ffmpeg");
      this.started = true;
    }
    for (;;) {
      const code = await this.bytes.byteOrEnd();
      if (code === undefined) return undefined;
      if (code !== START_CODE) return this.frame(code);
      await this.packet();
    }
  }

  private async unsigned(): Promise<number> {
    let value = 0;
    for (;;) {
      const byte = await this.bytes.byte();
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  }

  private async packet(): Promise<void> {
    const kind = (await this.bytes.bytes(7))[0];
    const size = await this.unsigned();
    if (size > 4096) await this.bytes.bytes(4);
    const fields = new Fields(await this.bytes.bytes(size));
    if (kind === PACKET.main) this.readMain(fields);
    else if (kind === PACKET.stream) this.readStream(fields);
    else if (kind === PACKET.syncPoint) this.readSyncPoint(fields);
    // Info and index packets say nothing about pictures.
  }

  private readMain(fields: Fields): void {
    const version = fields.unsigned();
    if (version > 3) fields.unsigned();
    fields.unsigned(); // stream count
    fields.unsigned(); // max distance
    this.timeBases = Array.from({ length: fields.unsigned() }, () => rational(fields.unsigned(), fields.unsigned()));
    this.frameCodes = readFrameCodes(fields);
    const headers = fields.unsigned();
    this.elisionHeaders = [new Uint8Array(0), ...Array.from({ length: headers }, () => fields.blob().slice())];
  }

  private readStream(fields: Fields): void {
    fields.unsigned(); // stream id
    fields.unsigned(); // class
    fields.blob(); // fourcc
    this.streamTimeBase = this.timeBases[fields.unsigned()];
    this.ptsShift = fields.unsigned();
  }

  private readSyncPoint(fields: Fields): void {
    const coded = fields.unsigned();
    const from = this.timeBases[coded % this.timeBases.length];
    if (from === undefined) throw new Error("A NUT sync point came before the main header");
    const ticks = Math.floor(coded / this.timeBases.length);
    const to = this.timeBase;
    this.lastPts = Number((BigInt(ticks) * BigInt(from.num) * BigInt(to.den)) / (BigInt(from.den) * BigInt(to.num)));
  }

  private async frame(code: number): Promise<NutFrame> {
    const entry = this.frameCodes[code];
    if (entry === undefined) throw new Error("A NUT frame came before the main header");
    let { flags, reservedCount, headerIndex } = entry;
    let size = entry.sizeLsb;
    if (flags & FLAG.coded) flags ^= await this.unsigned();
    if (flags & FLAG.invalid) throw new Error(`NUT frame code ${code} is not in use`);
    if (flags & FLAG.streamId) await this.unsigned();
    this.lastPts = flags & FLAG.codedPts ? this.fullPts(await this.unsigned()) : this.lastPts + entry.ptsDelta;
    if (flags & FLAG.sizeMsb) size += entry.sizeMul * (await this.unsigned());
    if (flags & FLAG.matchTime) await this.unsigned();
    if (flags & FLAG.headerIndex) headerIndex = await this.unsigned();
    if (flags & FLAG.reserved) reservedCount = await this.unsigned();
    for (let i = 0; i < reservedCount; i++) await this.unsigned();
    if (flags & FLAG.checksum) await this.bytes.bytes(4);
    if (flags & FLAG.sideData) throw new Error("NUT side data is not expected in ffmpeg's default version of the format");
    const elided = (size > 4096 ? undefined : this.elisionHeaders[headerIndex]) ?? new Uint8Array(0);
    const data = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
    data.set(elided);
    await this.bytes.fill(data, elided.length);
    return { pts: this.lastPts, data };
  }

  /** A coded time is either whole, or just its low bits, to be read as the nearest such time to the last one. */
  private fullPts(coded: number): number {
    const span = 2 ** this.ptsShift;
    if (coded >= span) return coded - span;
    const lowest = this.lastPts - Math.floor((span - 1) / 2);
    return lowest + ((((coded - lowest) % span) + span) % span);
  }
}

/** The run-length coded table of what each of the 256 frame codes stands for. */
function readFrameCodes(fields: Fields): FrameCode[] {
  const table: FrameCode[] = [];
  let [ptsDelta, sizeMul, headerIndex] = [0, 1, 0];
  while (table.length < 256) {
    const flags = fields.unsigned();
    const present = fields.unsigned();
    if (present > 0) ptsDelta = fields.signed();
    if (present > 1) sizeMul = fields.unsigned();
    if (present > 2) fields.unsigned(); // stream id
    const size = present > 3 ? fields.unsigned() : 0;
    const reservedCount = present > 4 ? fields.unsigned() : 0;
    const count = present > 5 ? fields.unsigned() : sizeMul - size;
    if (present > 6) fields.signed(); // match time delta
    if (present > 7) headerIndex = fields.unsigned();
    for (let i = 8; i < present; i++) fields.unsigned();
    for (let i = 0; i < count && table.length < 256; i++) {
      if (table.length === START_CODE) {
        table.push({ flags: FLAG.invalid, ptsDelta: 0, sizeMul: 1, sizeLsb: 0, reservedCount: 0, headerIndex: 0 });
        i--;
      } else {
        table.push({ flags, ptsDelta, sizeMul, sizeLsb: size + i, reservedCount, headerIndex });
      }
    }
  }
  return table;
}

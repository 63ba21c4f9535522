/** What a recording says of itself: as the package's videos do. */
const DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
const COMMENT = `Synthetic: made with reenact (AI-generated). Digital source type: ${DIGITAL_SOURCE_TYPE}`;
const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
  + '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
  + `<Iptc4xmpExt:DigitalSourceType>${DIGITAL_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta>`;
/** The identifier of XMP in ISO base media files (XMP Specification Part 3, 1.2.7.1). */
const XMP_UUID = "be7acfcb97a942e89c71999491e3afac";

const SEGMENT = 0x18538067, INFO = 0x1549a966, DURATION = 0x4489, SCALE = 0x2ad7b1;
const TAGS = 0x1254c367, TAG = 0x7373, TARGETS = 0x63c0, SIMPLE_TAG = 0x67c8, TAG_NAME = 0x45a3, TAG_STRING = 0x4487;

const encoder = new TextEncoder();

/** An element of EBML (RFC 8794): its id, its size in eight bytes, its content. */
function element(id: number, content: Uint8Array): Uint8Array {
  const name = id.toString(16).match(/../g)!.map((byte) => parseInt(byte, 16));
  const out = new Uint8Array(name.length + 8 + content.length), view = new DataView(out.buffer);
  out.set(name);
  view.setUint32(name.length, 0x01000000);
  view.setUint32(name.length + 4, content.length);
  out.set(content, name.length + 8);
  return out;
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
  return out;
}

function tag(name: string, value: string): Uint8Array {
  return element(SIMPLE_TAG, join(element(TAG_NAME, encoder.encode(name)), element(TAG_STRING, encoder.encode(value))));
}

/** An element's id and where its content lies; `size` is undefined where it is not known (a live Segment). */
function readElement(bytes: Uint8Array, at: number): { id: number; start: number; size: number | undefined } {
  const width = (first: number) => Math.clz32(first) - 23;
  const idWidth = width(bytes[at]);
  let id = 0;
  for (let i = 0; i < idWidth; i++) id = id * 256 + bytes[at + i];
  const sizeAt = at + idWidth, sizeWidth = width(bytes[sizeAt]);
  let size = bytes[sizeAt] & (0xff >> sizeWidth), unknown = size === 0xff >> sizeWidth;
  for (let i = 1; i < sizeWidth; i++) {
    size = size * 256 + bytes[sizeAt + i];
    unknown &&= bytes[sizeAt + i] === 0xff;
  }
  return { id, start: sizeAt + sizeWidth, size: unknown ? undefined : size };
}

/**
 * A WebM file of a browser (RFC 9559) with what browsers leave out: how long it is, and the mark that it is synthetic. Whatever is not
 * understood stays as it is.
 *
 * @param seconds how long it is
 */
export function markWebm(file: Uint8Array<ArrayBuffer>, seconds: number): Uint8Array<ArrayBuffer> {
  const head = readElement(file, 0), segment = readElement(file, head.start + (head.size ?? 0));
  if (segment.id !== SEGMENT || segment.size !== undefined) return file; // one of known size would have to be told of what is added
  for (let at = segment.start; at < file.length;) {
    const { id, start, size } = readElement(file, at);
    if (size === undefined) return file;
    if (id === INFO) {
      let scale = 1e6;
      const kept: Uint8Array[] = [];
      for (let k = start; k < start + size;) {
        const part = readElement(file, k), end = part.start + (part.size ?? 0);
        if (part.id === SCALE) scale = file.subarray(part.start, end).reduce((sum, byte) => 256 * sum + byte, 0);
        if (part.id !== DURATION) kept.push(file.subarray(k, end));
        k = end;
      }
      const duration = new Uint8Array(8);
      new DataView(duration.buffer).setFloat64(0, (seconds * 1e9) / scale);
      const info = element(INFO, join(...kept, element(DURATION, duration)));
      const tags = element(TAGS, element(TAG, join(element(TARGETS, new Uint8Array()), tag("COMMENT", COMMENT), tag("DIGITAL_SOURCE_TYPE", DIGITAL_SOURCE_TYPE))));
      return join(file.subarray(0, at), info, tags, file.subarray(start + size));
    }
    at = start + size;
  }
  return file;
}

/** An MP4 file with the mark, as an outermost box of XMP at its end: readers skip boxes that they do not know. */
export function markMp4(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const uuid = Uint8Array.from(XMP_UUID.match(/../g)!, (byte) => parseInt(byte, 16)), packet = encoder.encode(XMP);
  const header = new Uint8Array(8);
  new DataView(header.buffer).setUint32(0, 8 + uuid.length + packet.length);
  header.set(encoder.encode("uuid"), 4);
  return join(file, header, uuid, packet);
}

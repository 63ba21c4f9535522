/** The IPTC term for a picture that a trained model made, as XMP. */
const XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
  + '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
  + "<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>"
  + "</rdf:Description></rdf:RDF></x:xmpmeta>";

/** Bytes of the signature and of IHDR, which comes first always: 8 + 4 + 4 + 13 + 4. */
const AFTER_IHDR = 33;

/** A PNG with the mark that it is synthetic, as an iTXt chunk behind IHDR (PNG specification 11.3.4.5; XMP Specification Part 3, 1.1.5). */
export function markPng(png: Uint8Array): Uint8Array<ArrayBuffer> {
  // Keyword, 0, not compressed, method 0, no language, no translated keyword.
  const data = new TextEncoder().encode(`iTXtXML:com.adobe.xmp\0\0\0\0\0${XMP}`);
  const chunk = new Uint8Array(8 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setUint32(4 + data.length, crc32(data));
  const out = new Uint8Array(png.length + chunk.length);
  out.set(png.subarray(0, AFTER_IHDR));
  out.set(chunk, AFTER_IHDR);
  out.set(png.subarray(AFTER_IHDR), AFTER_IHDR + chunk.length);
  return out;
}

/** PNG's checksum (ISO 3309), bit by bit: the chunk is short. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

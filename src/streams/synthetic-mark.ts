/** The IPTC term for a picture that a trained model made. */
export const DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

/** The sentence that every output carries for people and simple readers. */
export const SYNTHETIC_COMMENT = `Synthetic: made with reenact (AI-generated). Digital source type: ${DIGITAL_SOURCE_TYPE}`;

/** Container metadata that says the same; keys a container does not know are left out by ffmpeg. */
export const SYNTHETIC_METADATA: Readonly<Record<string, string>> = {
  comment: SYNTHETIC_COMMENT,
  DIGITAL_SOURCE_TYPE,
};

/**
 * The XMP packet for pictures and MP4: IPTC's DigitalSourceType (IPTC Photo Metadata Standard 2023.1) in Adobe's packet form
 * (XMP Specification Part 1, 7.3).
 */
export const SYNTHETIC_XMP = [
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
  '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">',
  `<Iptc4xmpExt:DigitalSourceType>${DIGITAL_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>`,
  "<xmp:CreatorTool>reenact</xmp:CreatorTool>",
  "</rdf:Description>",
  "</rdf:RDF>",
  "</x:xmpmeta>",
  '<?xpacket end="r"?>',
].join("\n");

/** The identifier of XMP in ISO base media files (XMP Specification Part 3, 1.2.7.1). */
const XMP_UUID = Buffer.from("be7acfcb97a942e89c71999491e3afac", "hex");

/** The mark as an outermost box, to be appended to an MP4 or MOV file: readers skip boxes they do not know. */
export function xmpBox(): Buffer {
  const packet = Buffer.from(SYNTHETIC_XMP, "utf8");
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + XMP_UUID.length + packet.length, 0);
  header.write("uuid", 4, "latin1");
  return Buffer.concat([header, XMP_UUID, packet]);
}

/** What stands before the packet in a JPEG's segment (XMP Specification Part 3, 1.1.3). */
const XMP_NAMESPACE = "http://ns.adobe.com/xap/1.0/\0";

/** The mark as a JPEG's segment, to stand behind its first two bytes. */
export function jpegMark(): Buffer {
  const content = Buffer.from(XMP_NAMESPACE + SYNTHETIC_XMP, "utf8"), head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(2 + content.length, 2);
  return Buffer.concat([head, content]);
}

function subBlocks(data: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    blocks.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

/**
 * The mark as GIF extensions, to stand before the trailer byte: a comment (GIF89a, 24) and XMP (XMP Specification Part 3, 1.1.2),
 * whose packet is no chain of sub-blocks: a "magic trailer" of descending bytes leads readers that think so back to the end.
 */
export function gifMark(): Buffer {
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), subBlocks(Buffer.from(SYNTHETIC_COMMENT, "ascii"))]);
  const trailer = Buffer.from([1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0]);
  const xmp = Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from("XMP DataXMP", "ascii"), Buffer.from(SYNTHETIC_XMP, "utf8"), trailer]);
  return Buffer.concat([comment, xmp]);
}

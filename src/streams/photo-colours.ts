import type { Colours } from "./screen-map.js";

/** ITU-T H.273's numbers of what is not a screen's own. */
const PRIMARIES: Readonly<Record<number, Colours["primaries"]>> = { 9: "bt2020", 11: "p3", 12: "p3" };
const TRANSFERS: Readonly<Record<number, Colours["transfer"]>> = { 16: "pq", 18: "hlg" };

/** How far into a file boxes and chunks about colours lie, bytes: before all pixels. */
const HEAD = 1 << 16;
/** Signature of PNG, and where its first chunk begins. */
const PNG = "\x89PNG\r\n\x1a\n";

/**
 * The colours that an AVIF or a PNG states by numbers (a `colr` box of kind `nclx`, ISO/IEC 23008-12; a `cICP` chunk, PNG 3): no library
 * here heeds them. Files that carry a profile instead, or say nothing, have a screen's own.
 */
export function photoColours(bytes: Buffer): Colours {
  const at = bytes.toString("latin1", 0, PNG.length) === PNG ? pngChunk(bytes, "cICP") : numbersOfBox(bytes);
  if (at === undefined) return { transfer: undefined, primaries: undefined };
  return { primaries: PRIMARIES[at.primaries], transfer: TRANSFERS[at.transfer] };
}

type Numbers = { readonly primaries: number; readonly transfer: number } | undefined;

function numbersOfBox(bytes: Buffer): Numbers {
  const head = bytes.subarray(0, HEAD);
  if (head.toString("latin1", 4, 8) !== "ftyp") return undefined;
  const at = head.indexOf("colrnclx", 0, "latin1");
  return at < 0 || at + 12 > head.length ? undefined : { primaries: head.readUInt16BE(at + 8), transfer: head.readUInt16BE(at + 10) };
}

function pngChunk(bytes: Buffer, wanted: string): Numbers {
  for (let at = PNG.length; at + 12 <= Math.min(bytes.length, HEAD);) {
    const length = bytes.readUInt32BE(at), kind = bytes.toString("latin1", at + 4, at + 8);
    if (kind === wanted && length === 4) return { primaries: bytes[at + 8], transfer: bytes[at + 9] };
    if (kind === "IDAT") return undefined;
    at += 12 + length;
  }
  return undefined;
}

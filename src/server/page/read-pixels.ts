import type { Pixels } from "../../frame.js";

/**
 * A frame's own pixels, RGBA, mirrored where that is asked for: a third of the time of drawing it and reading it back. Undefined where that
 * does not do, and for frames that are turned or not as large as they are shown: then it has to be drawn.
 *
 * @param most the longest side, pixels, that a frame may have
 * @param into is written over where it is as large as is needed: a new megabyte for every frame costs more than filling it
 */
export async function readPixels(picture: VideoFrame | ImageBitmap, mirror: boolean, most: number, into?: Uint8Array): Promise<Pixels | undefined> {
  if (!("copyTo" in picture) || !picture.visibleRect) return undefined;
  const { displayWidth: width, displayHeight: height, visibleRect, rotation = 0, flip = false } = picture as VideoFrame & { readonly rotation?: number; readonly flip?: boolean };
  if (Math.max(width, height) > most || width !== visibleRect!.width || height !== visibleRect!.height || rotation !== 0 || flip) return undefined;
  const options = { format: "RGBA" } as VideoFrameCopyToOptions, bytes = 4 * width * height;
  try {
    // Browsers that do not know the option would copy the frame as it is.
    if (picture.allocationSize(options) !== bytes) return undefined;
    const data = into?.length === bytes ? into : new Uint8Array(bytes);
    const [{ offset, stride }] = await picture.copyTo(data, options);
    if (offset !== 0 || stride !== 4 * width) return undefined;
    if (mirror) mirrorRows(new Uint32Array(data.buffer, data.byteOffset, bytes / 4), width);
    return { data, width, height };
  } catch {
    return undefined; // a format that cannot be converted
  }
}

function mirrorRows(pixels: Uint32Array, width: number): void {
  for (let row = 0; row < pixels.length; row += width) pixels.subarray(row, row + width).reverse();
}

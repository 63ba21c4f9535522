import type { OutputLayout } from "./output-layout.js";

/** Across: a picture scaled down to this and up again is blurred, and that costs nothing. */
const BLURRED = 24;

let small: OffscreenCanvas | undefined;

/** Paints what is around the picture. */
export function paintBackground(context: CanvasRenderingContext2D, { width, height, background }: OutputLayout, picture: ImageBitmap | OffscreenCanvas): void {
  if (background === "transparent") return context.clearRect(0, 0, width, height);
  context.fillStyle = background === "blur" ? "#000" : background;
  context.fillRect(0, 0, width, height);
  if (background !== "blur") return;
  small ??= new OffscreenCanvas(BLURRED, BLURRED);
  // The part of the picture that covers the whole.
  const scale = Math.max(width / picture.width, height / picture.height), [w, h] = [width / scale, height / scale];
  small.getContext("2d")!.drawImage(picture, (picture.width - w) / 2, (picture.height - h) / 2, w, h, 0, 0, BLURRED, BLURRED);
  context.globalAlpha = 0.6;
  context.drawImage(small, 0, 0, width, height);
  context.globalAlpha = 1;
}

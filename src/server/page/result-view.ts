import { decodePicture, type DecodedPicture } from "./decode-picture.js";
import { placeIn, type OutputLayout } from "./output-layout.js";
import { paintBackground } from "./paint-background.js";

/** What the mark says, and how high its letters are at least where they are seen, CSS pixels. */
const MARK = "synthetic", LEGIBLE = 10;

/** Shows the pictures that come, the latest first; what is shown is what is saved, mark included. */
export class ResultView {
  readonly canvas: HTMLCanvasElement;
  /** Whether the pictures carry the word "synthetic". */
  marked = true;
  /** Undefined: pictures as they are. */
  layout: OutputLayout | undefined;
  readonly #context: CanvasRenderingContext2D;
  readonly #stage: HTMLElement;
  #decoding = false;
  /** Where what is synthetic begins, pixels from the left. */
  #from = 0;
  #next: { readonly jpeg: Uint8Array<ArrayBuffer>; readonly from: number; readonly done: (shown: boolean) => void } | undefined;
  #last: DecodedPicture | undefined;
  /** Pixels of the picture before. */
  #spare: Uint8Array | undefined;
  /** CSS pixels of the canvas. */
  #seen: { readonly width: number; readonly height: number } = { width: Infinity, height: Infinity };

  constructor(canvas: HTMLCanvasElement, stage: HTMLElement) {
    this.canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    this.#stage = stage;
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width === 0) return; // it is not seen now
      this.#seen = contentRect;
      this.redraw();
    }).observe(canvas);
  }

  /** Shows a picture; false when a newer one came before it was decoded. @param from where what is synthetic of it begins, pixels from the left */
  show(jpeg: Uint8Array<ArrayBuffer>, from = 0): Promise<boolean> {
    return new Promise((done) => {
      this.#next?.done(false);
      this.#next = { jpeg, from, done };
      if (!this.#decoding) void this.#work();
    });
  }

  /** Draws the last picture anew. */
  redraw(): void {
    if (this.#last) this.#draw(this.#last);
  }

  async #work(): Promise<void> {
    this.#decoding = true;
    while (this.#next) {
      const { jpeg, from, done } = this.#next;
      this.#next = undefined;
      try {
        const picture = await decodePicture(jpeg, this.#spare), last = this.#last;
        this.#from = from;
        this.#last = picture;
        this.#draw(picture);
        if (last instanceof ImageBitmap) last.close();
        else this.#spare = last && new Uint8Array(last.data.buffer);
        done(true);
      } catch {
        done(false);
      }
    }
    this.#decoding = false;
  }

  #draw(picture: DecodedPicture): void {
    const { canvas, layout } = this, { width, height } = layout ?? picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const place = placeIn({ width, height }, picture), from = (Math.min(this.#from, picture.width - 1) * place.width) / picture.width;
    if (layout || picture instanceof ImageBitmap) {
      const source = drawable(picture);
      if (layout) paintBackground(this.#context, layout, source);
      this.#context.drawImage(source, place.x, place.y, place.width, place.height);
    } else this.#context.putImageData(picture, 0, 0);
    if (this.marked) drawMark(this.#context, { ...place, x: place.x + from, width: place.width - from }, LEGIBLE / Math.min(this.#seen.width / width, this.#seen.height / height));
    this.#stage.dataset.empty = "false";
  }
}

/** What can be scaled. */
function drawable(picture: DecodedPicture): ImageBitmap | OffscreenCanvas {
  if (picture instanceof ImageBitmap) return picture;
  const { width, height } = picture;
  if (scaled?.width !== width || scaled.height !== height) scaled = new OffscreenCanvas(width, height);
  scaled.getContext("2d")!.putImageData(picture, 0, 0);
  return scaled;
}

let scaled: OffscreenCanvas | undefined;

/** The word in the lower left corner of what is synthetic, readable on light and dark. @param least height of its letters, while they fit in */
function drawMark(context: CanvasRenderingContext2D, place: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }, least: number): void {
  const usual = Math.max(11, Math.round(Math.min(place.width, place.height) / 34)), size = Math.max(usual, Math.min(Math.ceil(least), Math.floor(place.width / 7)));
  const pad = Math.round(size * 0.6);
  context.font = `600 ${size}px system-ui, sans-serif`;
  const text = context.measureText(MARK).width;
  const x = place.x + pad, y = place.y + place.height - pad - Math.round(size * 1.7);
  context.fillStyle = "rgb(0 0 0 / 55%)";
  context.beginPath();
  context.roundRect(x, y, text + 2 * pad, Math.round(size * 1.7), size / 2);
  context.fill();
  context.fillStyle = "#fff";
  context.textBaseline = "middle";
  context.fillText(MARK, x + pad, y + size * 0.88);
}

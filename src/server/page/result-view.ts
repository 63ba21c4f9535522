import { placeIn, type OutputLayout } from "./output-layout.js";
import { paintBackground } from "./paint-background.js";

/** What the mark says. */
const MARK = "synthetic";

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
  #last: ImageBitmap | undefined;

  constructor(canvas: HTMLCanvasElement, stage: HTMLElement) {
    this.canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    this.#stage = stage;
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
        const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
        this.#from = from;
        this.#draw(picture);
        this.#last?.close();
        this.#last = picture;
        done(true);
      } catch {
        done(false);
      }
    }
    this.#decoding = false;
  }

  #draw(picture: ImageBitmap): void {
    const { canvas, layout } = this, { width, height } = layout ?? picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (layout) paintBackground(this.#context, layout, picture);
    const place = placeIn({ width, height }, picture), from = (Math.min(this.#from, picture.width / 2) * place.width) / picture.width;
    this.#context.drawImage(picture, place.x, place.y, place.width, place.height);
    if (this.marked) drawMark(this.#context, { ...place, x: place.x + from, width: place.width - from });
    this.#stage.dataset.empty = "false";
  }
}

/** The word in the lower left corner of what is synthetic, readable on light and dark. */
function drawMark(context: CanvasRenderingContext2D, place: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): void {
  const size = Math.max(11, Math.round(Math.min(place.width, place.height) / 34)), pad = Math.round(size * 0.6);
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

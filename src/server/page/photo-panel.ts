import type { PhotoInfo } from "../../client/index.js";
import { byId } from "./elements.js";

/** Side of a face's button, pixels. */
const SIDE = 44;

/** What the page knows of the photo in use: its picture, what is to be said of it, and its faces, one of which may be chosen. */
export class PhotoPanel {
  readonly #onFace: (face: number) => void;
  #name: string | undefined;
  #busy = false;
  #info: PhotoInfo | undefined;
  /** The whole photo as it was shown last. */
  #picture: ImageBitmap | undefined;

  /** @param onFace another face is meant, counted from the left, from 1 */
  constructor(onFace: (face: number) => void) {
    this.#onFace = onFace;
  }

  /** Whether a photo is being looked at. */
  get busy(): boolean {
    return this.#busy;
  }

  /** A photo is being looked at. */
  looking(name: string): void {
    this.#busy = true;
    byId("photo-hint").textContent = `Looking at ${name} …`;
    this.#name = name;
  }

  /** It cannot be used: the one before stays. */
  failed(): void {
    this.#busy = false;
    this.#name = undefined;
    this.#describe();
  }

  /** The photo in use. */
  use(info: PhotoInfo): void {
    this.#info = info;
    this.#busy = false;
    this.#describe();
    this.#listFaces();
  }

  /** The photo as it is before a frame moves it. `beside`: it is on the right of the picture. */
  async show(jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    const thumb = byId("thumb", HTMLCanvasElement), context = thumb.getContext("2d")!;
    // Beside the driver the photo is on the right.
    const width = Math.min(picture.width, this.#info?.width ?? picture.width), side = Math.min(width, picture.height);
    context.drawImage(picture, picture.width - width + (width - side) / 2, (picture.height - side) / 3, side, side, 0, 0, thumb.width, thumb.height);
    if (picture.width !== this.#info?.width || picture.height !== this.#info.height) return picture.close();
    this.#picture?.close();
    this.#picture = picture;
    this.#listFaces();
  }

  #describe(): void {
    const hint = byId("photo-hint");
    if (!this.#info) hint.textContent = "Or drop one on the page. One face, from the front.";
    else hint.textContent = [this.#name ? `${this.#name}, ${this.#info.width}×${this.#info.height}.` : "", ...this.#info.notes].join(" ").trim() || "Or drop one on the page. One face, from the front.";
  }

  #listFaces(): void {
    const { faces = [], face = 0 } = this.#info ?? {}, list = byId("faces");
    list.hidden = faces.length < 2;
    list.replaceChildren(...(faces.length < 2 ? [] : faces).map((box, i) => {
      const button = document.createElement("button"), canvas = document.createElement("canvas");
      button.type = "button";
      button.ariaLabel = `Face ${i + 1} from the left`;
      button.setAttribute("aria-pressed", String(i + 1 === face));
      button.addEventListener("click", () => this.#onFace(i + 1));
      Object.assign(canvas, { width: 2 * SIDE, height: 2 * SIDE });
      const side = 1.3 * Math.max(box.width, box.height);
      if (this.#picture) canvas.getContext("2d")!.drawImage(this.#picture, box.x + box.width / 2 - side / 2, box.y + box.height / 2 - side / 2, side, side, 0, 0, 2 * SIDE, 2 * SIDE);
      button.append(canvas);
      return button;
    }));
  }
}

import { toast } from "./elements.js";

/** The picture in a small window above all others. */
export class SmallWindow {
  readonly #canvas: HTMLCanvasElement;
  readonly #video = document.createElement("video");
  readonly #onChange: (open: boolean) => void;

  /** @param onChange it was opened, or closed */
  constructor(canvas: HTMLCanvasElement, onChange: (open: boolean) => void) {
    this.#canvas = canvas;
    this.#onChange = onChange;
    Object.assign(this.#video, { muted: true, playsInline: true });
    this.#video.addEventListener("leavepictureinpicture", () => {
      (this.#video.srcObject as MediaStream).getTracks().forEach((track) => track.stop());
      this.#video.srcObject = null;
      onChange(false);
    });
  }

  /** Whether this browser has such windows. */
  static get possible(): boolean {
    return document.pictureInPictureEnabled && "captureStream" in HTMLCanvasElement.prototype;
  }

  get open(): boolean {
    return document.pictureInPictureElement === this.#video;
  }

  /** Opens it, or closes it; browsers open it only for who has just pressed something. */
  async toggle(): Promise<void> {
    if (this.open) return void await document.exitPictureInPicture();
    try {
      this.#video.srcObject = this.#canvas.captureStream(30);
      await this.#video.play();
      await this.#video.requestPictureInPicture();
      this.#onChange(true);
    } catch (error) {
      toast(`This browser does not open a small window (${(error as Error).message}).`);
    }
  }
}

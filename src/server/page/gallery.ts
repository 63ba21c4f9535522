import type { LiveSettings } from "../../client/index.js";
import { byId } from "./elements.js";

/** Photos at hand: as many as there are number keys. */
const MOST = 9;
/** Side of a photo's button, pixels of its picture. */
const SIDE = 96;

/** A photo at hand, in this page's memory. */
export interface GalleryPhoto {
  readonly name: string;
  /** A file's; undefined: the server's own. */
  readonly bytes: Uint8Array | undefined;
  /** Which face of it is meant. */
  face: LiveSettings["face"];
  /** A small picture of it. */
  readonly picture: HTMLCanvasElement;
}

/** A photo that is to come to hand. */
export function galleryPhoto(name: string, bytes: Uint8Array | undefined): GalleryPhoto {
  return { name, bytes, face: "largest", picture: Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE }) };
}

/** The photos that were used, to go back to: a button and a number key for each. */
export class Gallery {
  readonly #onChoose: (photo: GalleryPhoto) => void;
  #photos: readonly GalleryPhoto[] = [];
  #current: GalleryPhoto | undefined;

  constructor(onChoose: (photo: GalleryPhoto) => void) {
    this.#onChoose = onChoose;
  }

  get current(): GalleryPhoto | undefined {
    return this.#current;
  }

  /** A photo is in use. When there are too many, the one that came first goes, but for the server's own. */
  use(photo: GalleryPhoto): void {
    const all = this.#photos.includes(photo) ? this.#photos : [...this.#photos, photo];
    const surplus = all.length > MOST ? all.find(({ bytes }) => bytes !== undefined) : undefined;
    this.#photos = all.filter((one) => one !== surplus);
    this.#current = photo;
    this.#show();
  }

  /** Draws the small picture of the photo in use. */
  draw(from: HTMLCanvasElement): void {
    this.#current?.picture.getContext("2d")!.drawImage(from, 0, 0, SIDE, SIDE);
  }

  /** @param number from 1; where there is no such photo, nothing happens */
  choose(number: number): void {
    const photo = this.#photos.at(number - 1);
    if (photo && photo !== this.#current) this.#onChoose(photo);
  }

  #show(): void {
    const list = byId("gallery");
    list.hidden = this.#photos.length < 2;
    list.replaceChildren(...this.#photos.map((photo, i) => {
      const button = document.createElement("button"), key = document.createElement("kbd");
      button.type = "button";
      button.title = `${photo.name} (${i + 1})`;
      button.ariaLabel = `Photo ${i + 1}: ${photo.name}`;
      button.setAttribute("aria-pressed", String(photo === this.#current));
      button.addEventListener("click", () => this.choose(i + 1));
      key.textContent = String(i + 1);
      button.append(photo.picture, key);
      return button;
    }));
  }
}

import { ReenactError, type LiveClient, type PhotoInfo } from "../../client/index.js";
import { announce, byId, endToast, toast } from "./elements.js";
import { Gallery, galleryPhoto, type GalleryPhoto } from "./gallery.js";
import { PhotoPanel } from "./photo-panel.js";
import { acceptPhotos } from "./photo-picker.js";

/** The photos of a page: the one in use, those at hand, and the way for new ones to come in. */
export class Photos {
  readonly #client: () => LiveClient;
  readonly #gallery = new Gallery((photo) => void this.#use(photo));
  readonly #panel = new PhotoPanel((face) => {
    if (this.#gallery.current) this.#gallery.current.face = face;
    this.#client().update({ face });
  });
  #info: PhotoInfo | undefined;

  /** @param client the session; asked for when something happens */
  constructor(client: () => LiveClient) {
    this.#client = client;
    acceptPhotos((file) => void this.#take(file));
  }

  /** The photo in use. */
  get info(): PhotoInfo | undefined {
    return this.#info;
  }

  /** The server says what it found in a photo that is in use from now on. */
  found(info: PhotoInfo): void {
    this.#info = info;
    // What nobody sent is the server's own.
    if (!this.#gallery.current && !this.#panel.busy) this.#gallery.use(galleryPhoto("the server's photo", undefined));
    this.#panel.use(info);
  }

  /** The photo in use as it is before a frame moves it. */
  async show(jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#panel.show(jpeg);
    this.#gallery.draw(byId("thumb", HTMLCanvasElement));
  }

  /** Uses the n-th photo at hand, from 1. */
  choose(number: number): void {
    this.#gallery.choose(number);
  }

  async #take(file: File): Promise<void> {
    try {
      await this.#use(galleryPhoto(file.name, new Uint8Array(await file.arrayBuffer())));
    } catch (error) {
      toast(`${file.name} cannot be read (${(error as Error).message}): choose another file.`);
    }
  }

  async #use(photo: GalleryPhoto): Promise<void> {
    const client = this.#client();
    this.#panel.looking(photo.name);
    client.update({ face: photo.face });
    try {
      const told = photo.bytes ? client.setPhoto(photo.bytes) : client.useServerPhoto();
      await told.then(() => this.#gallery.use(photo));
      endToast();
      announce("The new photo is in use.");
    } catch (error) {
      if (error instanceof ReenactError && error.code === "ABORTED") return;
      this.#panel.failed();
      const { face = "largest" } = this.#gallery.current ?? {};
      if (face !== photo.face) client.update({ face });
      toast((error as Error).message);
    }
  }
}

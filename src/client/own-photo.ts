import { ReenactError } from "../errors.js";
import type { PhotoInfo } from "./protocol.js";

/** A photo that a client sends, under the number of its message. */
export interface OwnPhoto {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

interface PhotoRequest {
  readonly resolve: (info: PhotoInfo) => void;
  readonly reject: (error: ReenactError) => void;
}

/** The photo that a client wants, the last one of which the server said that it can be used, and who waits to hear of either. */
export class OwnPhotos {
  #wanted: OwnPhoto | undefined;
  #usable: OwnPhoto | undefined;
  readonly #requests = new Map<number, PhotoRequest>();

  /** @param first the photo that is wanted from the start; nobody waits for it */
  constructor(first?: OwnPhoto) {
    this.#wanted = first;
  }

  get wanted(): OwnPhoto | undefined {
    return this.#wanted;
  }

  /** Whether somebody waits to hear of a photo. */
  get awaited(): boolean {
    return this.#requests.size > 0;
  }

  /** Wants another photo; the promise tells what the server says of it. */
  want(photo: OwnPhoto): Promise<PhotoInfo> {
    if (this.#wanted) this.#answer(this.#wanted.sequence)?.reject(new ReenactError("ABORTED", "Another photo took the place of this one."));
    this.#wanted = photo;
    return new Promise((resolve, reject) => this.#requests.set(photo.sequence, { resolve, reject }));
  }

  /** The server can use a photo. */
  ready(sequence: number, info: PhotoInfo): void {
    if (this.#wanted?.sequence === sequence) this.#usable = this.#wanted;
    this.#answer(sequence)?.resolve(info);
  }

  /** A photo cannot be used: the one before stays in use, here as in the server. False when nobody waited to hear of it. */
  failed(sequence: number, error: ReenactError): boolean {
    if (this.#wanted?.sequence === sequence) this.#wanted = this.#usable?.sequence === sequence ? undefined : this.#usable;
    const request = this.#answer(sequence);
    request?.reject(error);
    return request !== undefined;
  }

  /** Nobody will hear of any photo any more. */
  end(error: ReenactError): void {
    for (const { reject } of this.#requests.values()) reject(error);
    this.#requests.clear();
  }

  #answer(sequence: number): PhotoRequest | undefined {
    const request = this.#requests.get(sequence);
    this.#requests.delete(sequence);
    return request;
  }
}

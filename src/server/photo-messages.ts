import type { ErrorNote } from "../client/protocol.js";
import type { ReadPhoto } from "./photo-reader.js";

/** To the process that reads photos: a file, and what it may be like. One at a time. */
export interface PhotoRequest {
  readonly bytes: Uint8Array;
  readonly maxPixels: number;
  readonly maxSide: number;
}

/** From it: that it is ready, then an answer to every request. */
export type PhotoReply = "ready" | { readonly photo: ReadPhoto } | { readonly error: ErrorNote };

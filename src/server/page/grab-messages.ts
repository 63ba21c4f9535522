import type { Content } from "../../client/protocol.js";
import type { Seen } from "./face-watch.js";

/** To the grabbing worker: first how it works, then the camera's pictures. */
export type GrabRequest =
  | { readonly kind: "setup"; /** Where MediaPipe's model is served; null: whole pictures are sent. */ readonly model: string | null }
  | {
    readonly kind: "grab";
    readonly picture: ImageBitmap | VideoFrame;
    /** When it was captured, milliseconds of `performance.now()` of the page. */
    readonly time: number;
    readonly mirror: boolean;
    /** A whole picture is wanted, even where the face could be cut out. */
    readonly whole: boolean;
    /** A crop is wanted as pixels, not as a file. */
    readonly raw: boolean;
    /** The face need not be looked for in this picture where it is known well enough where it is. */
    readonly spare: boolean;
  };

/** From the worker: once that it is ready, and for every picture what is to be sent. */
export type GrabReply =
  | { readonly kind: "ready"; /** Whether it finds faces itself, and if it should but cannot, why. */ readonly aligns: boolean; readonly why?: string }
  | { readonly kind: "grabbed"; readonly content: Content; readonly data: ArrayBuffer; readonly time: number; /** Milliseconds of work. */ readonly took: number; readonly seen: Seen }
  | { readonly kind: "failed"; readonly why: string };

import type { ReenactError } from "../errors.js";
import type { LocalDropCause } from "./figures.js";
import type { Content, DriverRest, DropCause, LiveSettings, PhotoInfo, ResultHead } from "./protocol.js";
import type { SocketFactory } from "./socket.js";

/** One answer of the server: the picture for a frame that was sent. */
export interface LiveResult extends ResultHead {
  /** The frame's number, as {@link LiveClient.send} returned it. */
  readonly sequence: number;
  /** When the frame was captured, as it was sent. */
  readonly time: number;
  /** The picture, marked as synthetic in its XMP; a copy that may be kept. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/**
 * connecting: no welcome yet; open: frames may be sent; waiting: lost, trying again soon; asleep: the server hung up because nothing
 * came, the next frame wakes it; closed: for good.
 */
export type LiveState = "idle" | "connecting" | "open" | "waiting" | "asleep" | "closed";

/** How a {@link LiveClient} is set up. */
export interface LiveClientOptions {
  /** Where the server wants one. */
  readonly token?: string | undefined;
  readonly settings?: Partial<LiveSettings>;
  /** Whoever knows it may watch this session: see {@link ViewClient}. 16 to 64 letters, digits, - and _. */
  readonly viewKey?: string | undefined;
  /** A photo file's bytes, in place of the server's own photo. */
  readonly photo?: Uint8Array | undefined;
  /**
   * Shows a result. It is acknowledged when this returns, or when the promise that it returns is done: until then the server holds back.
   * What it throws counts as shown.
   */
  readonly onResult: (result: LiveResult) => void | Promise<unknown>;
  /** The photo as it is shown before a frame moves it, and pixels from the left that are not synthetic: after every connection, new photo and new view. */
  readonly onStill?: (jpeg: Uint8Array<ArrayBuffer>, beside: number) => void;
  /** The photo that is in use from now on: the server's own, one that was sent, or another face of it. */
  readonly onPhoto?: (photo: PhotoInfo) => void;
  /** What head, gaze and expression count from, when that has become known and seldom as it drifts; `settings.rest` takes it another time. */
  readonly onRest?: (rest: DriverRest) => void;
  /** Settings that somebody else has changed, by `POST /api/settings`; they are this client's from now on. */
  readonly onSettings?: (changes: Partial<LiveSettings>) => void;
  /** What failed without a caller to tell: a photo that was given at the start or sent again. */
  readonly onError?: (error: ReenactError) => void;
  readonly onState?: (state: LiveState, why: ReenactError | undefined) => void;
  /** A frame that will have no result. */
  readonly onDrop?: (sequence: number, cause: DropCause | LocalDropCause) => void;
  /** Attempts to connect, one after the other, before giving up; default: no end. */
  readonly attempts?: number;
  /** Milliseconds of the clock that capture times come from; default `performance.now()`. */
  readonly now?: () => number;
  readonly createSocket?: SocketFactory;
  readonly signal?: AbortSignal | undefined;
}

/** A frame to be sent. */
export interface OutgoingFrame {
  readonly content: Content;
  /** A JPEG or WebP file, for `Content.movedCrop` what `encodeMovedCrop` makes of one, for `Content.movedPixels` of pixels; nothing for `Content.noFace`. */
  readonly data: Uint8Array;
  /** When it was captured, milliseconds of the client's clock; rising. Default: now. */
  readonly time?: number;
}

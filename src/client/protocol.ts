import { ReenactError } from "../errors.js";
import type { FaceMotion } from "../model/geometry/driver-motion.js";
import type { DriverRest } from "../model/rig/driver-rest.js";

/**
 * The live protocol, version 1. It is spoken over one WebSocket, `/live`, by `reenact serve` and `reenact/client`.
 *
 * **Opening.** The client asks for the sub-protocol `reenact.v1` and, where the server wants a token, for `token.<token>` beside it (a
 * browser can set no header of its own, and a token in a URL ends up in logs). The first message is `hello`; `welcome` answers it.
 *
 * **Messages** are binary, one a WebSocket message, and begin with 16 bytes, numbers big-endian:
 *
 *     0   u8   0x52, "R"
 *     1   u8   version, 1
 *     2   u8   kind, see {@link Kind}
 *     3   u8   variant: what a frame holds (see {@link Content}), else 0
 *     4   u32  sequence: a frame's or a photo's number, rising; in an answer the number of what it answers
 *     8   f64  time: when the frame was captured, milliseconds on the client's own clock, rising; an answer repeats it
 *     16  …    payload
 *
 * | kind | from | payload |
 * |---|---|---|
 * | hello | client | JSON {@link Hello} |
 * | frame | client | JPEG or WebP: a whole picture, or the face aligned to 96×96 (for `movedCrop` and `movedPixels` behind {@link MOTION_BYTES} bytes); nothing for `noFace` |
 * | settings | client | JSON, some of {@link LiveSettings} |
 * | photo | client | a file: JPEG, PNG, WebP, AVIF, TIFF or GIF; nothing: the server's own photo again |
 * | ack | client | nothing: the result of that sequence has been shown |
 * | sound | client | what the microphone hears: PCM, mono, 16 bits, little-endian, {@link SOUND_RATE} a second; `time` is that of its first sample |
 * | welcome | server | JSON {@link Welcome} |
 * | still | server | JPEG: the photo as it is shown before a frame moves it; after `welcome`, a new photo or view; sequence: pixels from the left that show the driver |
 * | result | server | {@link RESULT_BYTES} bytes of figures (see {@link ResultHead}), then a JPEG |
 * | dropped | server | for each frame that will have no result: u32 sequence, u8 cause (see {@link DROP_CAUSES}) |
 * | photoReady | server | JSON {@link PhotoInfo}: the photo of that sequence is in use now |
 * | rest | server | JSON {@link DriverRest}: what head, gaze and expression count from now; seldom |
 * | changed | server | JSON, some of {@link LiveSettings}: somebody else has changed them, by `POST /api/settings` |
 * | error | server | JSON {@link ErrorNote}: what was asked for in that sequence failed; the session goes on |
 *
 * **Flow control.** Every frame is answered once, by `result` or `dropped`. A client keeps at most `window` frames unanswered and drops
 * newer camera frames itself, before it encodes them. The server keeps one frame waiting: the next one replaces it. A result that is
 * not acknowledged holds back the session's next frames, so nothing queues behind a slow reader. Whoever floods the server all the same
 * is disconnected.
 *
 * **Sound** is sent only where `welcome` says that it goes anywhere (`sound`), in pieces of at most {@link MOST_SOUND} samples; it is
 * answered by nothing. It waits in the server for the pictures of its time, is never written down, and what is too much is left out.
 *
 * **Watching.** Over another WebSocket, `/view`, a session's results go to others as they are. Its `hello` is JSON {@link WatchHello}, its
 * `welcome` says no more than that it may watch; then come results, each to be acknowledged; of those it does not take the newest waits.
 *
 * **Ending.** Close codes and what they mean: {@link CLOSE}. Nothing of a session outlives its socket: a client that comes back says
 * `hello` again and sends its photo again.
 */
export const PROTOCOL_VERSION = 1;

/** The sub-protocol's name; a token goes beside it as `token.<token>`. */
export const SUBPROTOCOL = "reenact.v1";

/** Path of the WebSocket. */
export const LIVE_PATH = "/live";

/** Path of the WebSocket of those who watch a session. */
export const VIEW_PATH = "/view";

const MAGIC = 0x52;

/** Bytes before the payload. */
export const HEADER_BYTES = 16;

/** Kinds of messages: below 0x80 from the client, above from the server. */
export const Kind = {
  hello: 0x01, frame: 0x02, settings: 0x03, photo: 0x04, ack: 0x05, sound: 0x06,
  welcome: 0x81, still: 0x82, result: 0x83, dropped: 0x84, photoReady: 0x85, error: 0x86, rest: 0x87, changed: 0x88,
} as const;

/** One of {@link Kind}. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * What a frame's payload holds: a whole picture, or an aligned crop (96×96, see `alignFace`), alone or behind how its face moves (see
 * {@link encodeMovedCrop}); or that no face is to be seen. Of a crop alone nobody can tell how the head is held. `movedPixels` is a moved crop
 * whose pixels come as they are, RGB, 8 bits, row by row: on one machine writing and reading a JPEG costs more than its size saves.
 */
export const Content = { jpegPicture: 1, webpPicture: 2, jpegCrop: 3, webpCrop: 4, noFace: 5, movedCrop: 6, movedPixels: 7 } as const;

/** One of {@link Content}. */
export type Content = (typeof Content)[keyof typeof Content];

/** Samples of sound a second, and in one message at most. */
export const SOUND_RATE = 48_000, MOST_SOUND = 4_800;

/** Why the server drops a frame, by the number in `dropped`. */
export const DROP_CAUSES = ["superseded", "rate", "late", "undecodable", "slow-reader", "no-photo", "paused", "restarted"] as const;

/**
 * superseded: a newer frame came before its turn; rate: more frames a second than allowed; late: not newer than the one before;
 * undecodable: no picture, or a too large one; slow-reader: results are not acknowledged; no-photo: there is none yet; paused: the
 * client said so; restarted: photo or view changed while it was worked on.
 */
export type DropCause = (typeof DROP_CAUSES)[number];

/** Close codes of the server beside the standard ones. */
export const CLOSE = {
  /** Malformed or unexpected message. */
  protocol: 4400,
  /** No token, or a wrong one. */
  token: 4401,
  /** No key of a session that may be watched. */
  key: 4403,
  /** Nothing came for the server's idle time. */
  idle: 4408,
  /** More was sent than flow control allows. */
  flooding: 4429,
  /** The server ends. */
  goingAway: 1001,
  /** A message is larger than `maxMessageBytes`. */
  tooLarge: 1009,
  /** Something broke in the server. */
  internal: 1011,
  /** All sessions are taken: come back later. */
  full: 1013,
} as const;

/** What a client may set, at any time. */
export interface LiveSettings {
  /** `composite`: the whole photo; `face`: the aligned face alone; `side-by-side`: what the camera sees beside the composite. */
  readonly view: "composite" | "face" | "side-by-side";
  /** 0…1.5: 0 is the photo's own expression, 1 the driver's. */
  readonly strength: number;
  /** Whether the photo's head turns with the driver's, and how much of it, 0…1.5. */
  readonly head: "follow" | "still";
  readonly headStrength: number;
  /** Whether the photo's eyes look where the driver's do. */
  readonly gaze: "follow" | "photo";
  /**
   * `absolute`: the driver's expression; `relative`: half of the photo's own (its brows and lids whole), and how the driver's differs from its
   * rest; `calibrated`: the driver's, less its rest.
   */
  readonly expression: "absolute" | "relative" | "calibrated";
  /** What head, gaze and expression count from is found while the driver is seen; whenever this number changes, it is what the driver shows next. */
  readonly neutral: number;
  /** A driver's rest as the server told of it another time, to begin with; null: it is found. It counts when it changes. */
  readonly rest: DriverRest | null;
  /** While no face is seen: hold the last expression, or ease back to the photo's own. */
  readonly missing: "hold" | "ease";
  /** Which face of a photo that is sent: the largest, or the n-th from the left, from 1. */
  readonly face: "largest" | number;
  /** A paused client sends no frames and is not idle until `idleTimeout` of {@link Welcome} has passed. */
  readonly paused: boolean;
}

/** Settings of a session that has said nothing else. */
export const DEFAULT_SETTINGS: LiveSettings = {
  view: "composite", strength: 1, head: "follow", headStrength: 1, gaze: "follow", expression: "relative", neutral: 0, rest: null, missing: "ease", face: "largest", paused: false,
};

export type { DriverRest };

/** A client's first message. */
export interface Hello {
  readonly settings?: Partial<LiveSettings>;
  /** The client sends a photo of its own next, so that the server's need not be shown first. */
  readonly ownPhoto?: boolean;
  /** Whoever knows this may watch the session: 16 to 64 letters, digits, - and _. Best made at random, and kept. */
  readonly viewKey?: string;
}

/** The first message of a client that watches. */
export interface WatchHello {
  /** The `viewKey` of the session that is meant; where the server wants no token it may be left out: then of any, the one that came last. */
  readonly key?: string;
}

/** A photo in use. */
export interface PhotoInfo {
  /** Pixels, as it is worked on. */
  readonly width: number;
  readonly height: number;
  /** Sentences for people: what of the file is not in the picture, and what of the face will not look well. */
  readonly notes: readonly string[];
  /** The faces in it, from the left, and which of them is in use, counting from 1. Left out by servers that do not tell. */
  readonly faces?: readonly FaceBox[];
  readonly face?: number;
}

/** Where a face is, pixels of the photo. */
export interface FaceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The server's answer to `hello`. */
export interface Welcome {
  /** For logs. */
  readonly session: string;
  /** The server's own photo, where it has one. */
  readonly photo: PhotoInfo | null;
  /** Frames that may be unanswered at a time. */
  readonly window: number;
  /** Frames a second that are taken at most. */
  readonly maxFps: number;
  /** Bytes of a message, and pixels of a frame, that are taken at most. */
  readonly maxMessageBytes: number;
  readonly maxFramePixels: number;
  /** Seconds without a frame after which the server hangs up. */
  readonly idleTimeout: number;
  /** Whether sound goes anywhere: the server sends this session's picture on, and can send sound with it. */
  readonly sound?: boolean;
}

/** Why something that was asked for failed: a code of `ReenactError` and a sentence. */
export interface ErrorNote {
  readonly code: string;
  readonly message: string;
}

/** A message's header and payload; the payload is a view into the message. */
export interface Message {
  readonly kind: Kind;
  readonly variant: number;
  readonly sequence: number;
  readonly time: number;
  readonly payload: Uint8Array;
}

const KINDS: ReadonlySet<number> = new Set(Object.values(Kind));

/** Makes a message. `sequence` and `time` default to 0. */
export function encodeMessage(
  kind: Kind,
  { variant = 0, sequence = 0, time = 0, payload = new Uint8Array(0) }: Partial<Omit<Message, "kind">> = {},
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, MAGIC);
  view.setUint8(1, PROTOCOL_VERSION);
  view.setUint8(2, kind);
  view.setUint8(3, variant);
  view.setUint32(4, sequence);
  view.setFloat64(8, time);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Makes a message whose payload is JSON. */
export function encodeJson(kind: Kind, value: unknown, head: { sequence?: number } = {}): Uint8Array<ArrayBuffer> {
  return encodeMessage(kind, { ...head, payload: new TextEncoder().encode(JSON.stringify(value)) });
}

/** Reads a message. @throws ReenactError PROTOCOL when it is none of this version */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length < HEADER_BYTES) throw malformed(`at least ${HEADER_BYTES} bytes`, `${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== MAGIC) throw malformed("a message that begins with 0x52", `0x${view.getUint8(0).toString(16)}`);
  if (view.getUint8(1) !== PROTOCOL_VERSION) throw malformed(`version ${PROTOCOL_VERSION} of the protocol`, `version ${view.getUint8(1)}`);
  const kind = view.getUint8(2);
  if (!KINDS.has(kind)) throw malformed("a known kind of message", `0x${kind.toString(16)}`);
  const time = view.getFloat64(8);
  if (!Number.isFinite(time)) throw malformed("a finite time", String(time));
  return { kind: kind as Kind, variant: view.getUint8(3), sequence: view.getUint32(4), time, payload: bytes.subarray(HEADER_BYTES) };
}

/** A payload that is JSON. @throws ReenactError PROTOCOL when it is not */
export function decodeJson({ payload }: Message): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw malformed("JSON", "something else", cause);
  }
}

/** Bytes before a moved crop's picture. */
export const MOTION_BYTES = 28;

/** The payload of a moved crop: f32 yaw, pitch, roll (degrees), gaze x, y, opening of the eyes, opening of the mouth (see `FaceMotion`), then a JPEG or WebP, or pixels. */
export function encodeMovedCrop({ head, look, mouth }: FaceMotion, picture: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MOTION_BYTES + picture.length), view = new DataView(bytes.buffer);
  [head.yaw, head.pitch, head.roll, look?.x ?? 0, look?.y ?? 0, look?.open ?? 0, mouth].forEach((value, i) => view.setFloat32(4 * i, value));
  bytes.set(picture, MOTION_BYTES);
  return bytes;
}

/** The inverse of {@link encodeMovedCrop}; the picture is a view. Undefined when it is too short or not made of numbers. */
export function decodeMovedCrop(payload: Uint8Array): { readonly motion: FaceMotion; readonly picture: Uint8Array } | undefined {
  if (payload.length < MOTION_BYTES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const values = Array.from({ length: MOTION_BYTES / 4 }, (_, i) => view.getFloat32(4 * i));
  if (!values.every((value) => Math.abs(value) <= 360)) return undefined;
  const [yaw, pitch, roll, x, y, open, mouth] = values;
  return { motion: { head: { yaw, pitch, roll }, look: { x, y, open }, mouth }, picture: payload.subarray(MOTION_BYTES) };
}

/** Bytes before a result's JPEG. */
export const RESULT_BYTES = 20;

/** What a result says about itself. Milliseconds, kept in tenths up to 6,553.5. */
export interface ResultHead {
  /** Whether a face was seen in the frame. */
  readonly face: boolean;
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
  /** Pixels from the left that show what the camera sees; what is right of them is synthetic. */
  readonly beside: number;
  /** Frames, of all sessions, that went through the network with this one; 0 when none did. */
  readonly batch: number;
  readonly stages: StageTimes;
}

/** Where a frame's time in the server went, in order, milliseconds. */
export const STAGES = ["wait", "decode", "landmarks", "generate", "compose", "encode"] as const;

/** Milliseconds by {@link STAGES}. */
export type StageTimes = Readonly<Record<(typeof STAGES)[number], number>>;

/** The payload of a result: u8 flags (1: face), u8 batch, u16 width, u16 height, u16 beside, u16 tenths of milliseconds for each stage, JPEG. */
export function encodeResult(head: ResultHead, jpeg: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RESULT_BYTES + jpeg.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, head.face ? 1 : 0);
  view.setUint8(1, Math.min(255, head.batch));
  view.setUint16(2, head.width);
  view.setUint16(4, head.height);
  view.setUint16(6, head.beside);
  STAGES.forEach((stage, i) => view.setUint16(8 + 2 * i, Math.min(0xffff, Math.max(0, Math.round(10 * head.stages[stage])))));
  bytes.set(jpeg, RESULT_BYTES);
  return bytes;
}

/** The inverse of {@link encodeResult}; the JPEG is a view. @throws ReenactError PROTOCOL when it is too short */
export function decodeResult(payload: Uint8Array): ResultHead & { readonly jpeg: Uint8Array } {
  if (payload.length < RESULT_BYTES) throw malformed(`a result of at least ${RESULT_BYTES} bytes`, `${payload.length}`);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const stages = Object.fromEntries(STAGES.map((stage, i) => [stage, view.getUint16(8 + 2 * i) / 10])) as Record<(typeof STAGES)[number], number>;
  return {
    face: (view.getUint8(0) & 1) === 1, batch: view.getUint8(1), width: view.getUint16(2), height: view.getUint16(4), beside: view.getUint16(6), stages,
    jpeg: payload.subarray(RESULT_BYTES),
  };
}

/** A frame that will have no result. */
export interface Drop {
  readonly sequence: number;
  readonly cause: DropCause;
}

/** The payload of `dropped`. */
export function encodeDrops(drops: readonly Drop[]): Uint8Array {
  const bytes = new Uint8Array(5 * drops.length);
  const view = new DataView(bytes.buffer);
  drops.forEach(({ sequence, cause }, i) => {
    view.setUint32(5 * i, sequence);
    view.setUint8(5 * i + 4, DROP_CAUSES.indexOf(cause));
  });
  return bytes;
}

/** The inverse of {@link encodeDrops}. @throws ReenactError PROTOCOL */
export function decodeDrops(payload: Uint8Array): Drop[] {
  if (payload.length % 5 !== 0) throw malformed("5 bytes for each dropped frame", `${payload.length} bytes`);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: payload.length / 5 }, (_, i) => {
    const cause = DROP_CAUSES.at(view.getUint8(5 * i + 4));
    if (!cause) throw malformed("a known cause of a drop", String(view.getUint8(5 * i + 4)));
    return { sequence: view.getUint32(5 * i), cause };
  });
}

function malformed(expected: string, found: string, cause?: unknown): ReenactError {
  return new ReenactError("PROTOCOL", `Expected ${expected} but received ${found}: use a client and a server of the same version.`, { cause });
}

import { ReenactError, EXIT_CODES, type ErrorCode } from "../errors.js";
import { Backoff } from "./backoff.js";
import { LiveFigures, type FiguresNow, type LocalDropCause } from "./figures.js";
import {
  CLOSE, decodeDrops, decodeJson, decodeMessage, decodeResult, encodeJson, encodeMessage, HEADER_BYTES, Kind, MOST_SOUND, SUBPROTOCOL,
  type DropCause, type DriverRest, type ErrorNote, type Hello, type LiveSettings, type Message, type PhotoInfo, type Welcome,
} from "./protocol.js";
import type { LiveClientOptions, LiveState, OutgoingFrame } from "./client-options.js";
import { OwnPhotos } from "./own-photo.js";
import { defaultSocketFactory, OPEN, type LiveSocket, type SocketFactory } from "./socket.js";

/** The socket may hold so many bytes that it has not sent yet: beyond them the network is slower than the frames. */
const MAX_BUFFERED = 256 * 1024;
/** A server that answers nothing for so long is taken for dead, milliseconds. */
const DEAD_AFTER = 15_000;
/** A server is busy when a frame has waited for so long, or was superseded; and counts as busy for a while. Milliseconds. */
const BUSY_WAIT = 15, BUSY_FOR = 1000;
/** Milliseconds between two messages of settings: a slider that is dragged changes them far more often. */
const SETTINGS_EVERY = 50;
/** Frames that may be unanswered before the server has said how many. */
const FIRST_WINDOW = 2;

/**
 * A live session with `reenact serve`, in browsers and Node: sends frames, hands back pictures, and keeps what flow control asks for
 * (see `protocol.ts`). When the connection is lost it comes back by itself, with its settings and its photo.
 *
 *     const client = new LiveClient("ws://127.0.0.1:7860/live", { onResult: ({ jpeg }) => show(jpeg) });
 *     await client.connect();
 *     if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: jpeg });
 */
export class LiveClient implements AsyncDisposable {
  readonly #url: string;
  readonly #options: LiveClientOptions;
  readonly #now: () => number;
  readonly #figures: LiveFigures;
  readonly #backoff = new Backoff();
  /** Frames without an answer: when they were sent. */
  readonly #unanswered = new Map<number, { readonly sentAt: number }>();
  #settings: Partial<LiveSettings>;
  /** Changes that the server has not been told. */
  #changes: Partial<LiveSettings> | undefined;
  #settingsTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #photos: OwnPhotos;
  #socket: LiveSocket | undefined;
  #createSocket: SocketFactory | undefined;
  #state: LiveState = "idle";
  #welcome: Welcome | undefined;
  #sequence = 0;
  #lastTime = -Infinity;
  #lastHeard = 0;
  #shownSequence = 0;
  /** Results that came and are not shown yet. */
  #showing = 0;
  /** When the server was last seen to have more frames than it can do. */
  #busyAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryAt = 0;
  #lostBy: { readonly code: number; readonly reason: string } | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #waiters: { resolve: (welcome: Welcome) => void; reject: (error: ReenactError) => void }[] = [];
  readonly #onAbort = () => this.#end(new ReenactError("ABORTED", "Stopped before the end, as asked.", { cause: this.#options.signal?.reason }));

  /** @param url `ws://` or `wss://`, path included: see `LIVE_PATH` */
  constructor(url: string, options: LiveClientOptions) {
    this.#url = url;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#figures = new LiveFigures(this.#now());
    this.#settings = { ...options.settings };
    this.#photos = new OwnPhotos(options.photo && { sequence: ++this.#sequence, bytes: options.photo });
  }

  get state(): LiveState {
    return this.#state;
  }

  /** How the last connection was lost: the close code (see `CLOSE`; 1006 when the server said nothing) and the server's words. */
  get lost(): { readonly code: number; readonly reason: string } | undefined {
    return this.#lostBy;
  }

  /** Milliseconds until it connects again; 0 when it does not wait. */
  get retryIn(): number {
    return this.#state === "waiting" ? Math.max(0, this.#retryAt - this.#now()) : 0;
  }

  /** What the server said last when it greeted. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** The settings as this client asked for them. */
  get settings(): Partial<LiveSettings> {
    return this.#settings;
  }

  /** How the session runs now. */
  get figures(): FiguresNow {
    return this.#figures.at(this.#now());
  }

  /** Frames that have no answer yet. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Frames that were sent and are neither shown nor lost yet. */
  get underWay(): number {
    return this.#unanswered.size + this.#showing;
  }

  /**
   * Connects, or waits for the connection that is under way.
   *
   * @throws ReenactError SERVER_REFUSED when the server refuses for good or attempts are used up, PROTOCOL, ABORTED
   */
  connect(): Promise<Welcome> {
    if (this.#state === "open" && this.#welcome) return Promise.resolve(this.#welcome);
    const { signal } = this.#options;
    if (this.#state === "closed") return Promise.reject(new ReenactError("SERVER_REFUSED", "Expected an open live client but it was closed: make a new one."));
    const welcomed = new Promise<Welcome>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    if (signal?.aborted) this.#onAbort();
    else if (this.#state === "idle" || this.#state === "asleep") {
      if (this.#state === "idle") signal?.addEventListener("abort", this.#onAbort, { once: true });
      this.#open();
    }
    return welcomed;
  }

  /**
   * To be asked for every frame of the camera, before anything is spent on it. False: drop it; the figures count it with its cause.
   * A session that fell asleep wakes up.
   */
  mayOffer(): boolean {
    this.#figures.noteOffered(this.#now());
    const cause = this.#hindrance();
    if (cause) this.#figures.noteDrop(cause);
    return cause === undefined;
  }

  /** Counts a frame that was dropped between {@link mayOffer} and {@link send}. */
  noteDrop(cause: LocalDropCause): void {
    this.#figures.noteDrop(cause);
  }

  /** Sends a frame. Returns its number; undefined when it was dropped, which the figures count. */
  send({ content, data, time = this.#now() }: OutgoingFrame): number | undefined {
    const cause = this.#hindrance();
    if (cause) {
      this.#figures.noteDrop(cause);
      return undefined;
    }
    this.#sendSettings();
    const sequence = ++this.#sequence;
    // The server takes no frame that is not newer than the one before; clocks of cameras stand still at times.
    this.#lastTime = Math.max(time, this.#lastTime + 0.001);
    const message = encodeMessage(Kind.frame, { variant: content, sequence, time: this.#lastTime, payload: data });
    const sentAt = this.#now();
    if (this.#unanswered.size === 0) this.#lastHeard = sentAt;
    this.#unanswered.set(sequence, { sentAt });
    this.#socket!.send(message);
    this.#figures.noteSent(sentAt, message.length);
    return sequence;
  }

  /**
   * Sends sound along: it is heard with the pictures of its time, where the server sends them on. Returns whether it was sent: not to a
   * server that takes none ({@link Welcome.sound}), in a pause, or over a network that is slower than the frames.
   *
   * @param time when its first sample was heard, milliseconds of the clock of capture times
   * @param samples mono, 16 bits, `SOUND_RATE` a second, up to `MOST_SOUND` of them
   */
  sendSound(time: number, samples: Int16Array): boolean {
    if (this.#state !== "open" || !this.#welcome?.sound || this.#settings.paused || this.#socket!.bufferedAmount > MAX_BUFFERED) return false;
    if (samples.length === 0 || samples.length > MOST_SOUND) throw new ReenactError("USAGE", `Expected 1 to ${MOST_SOUND} samples but received ${samples.length}: send shorter pieces.`);
    this.#post(encodeMessage(Kind.sound, { time, payload: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength) }));
    return true;
  }

  /**
   * Uses another photo from now on. When the connection is lost in between it is sent again.
   *
   * @returns what the server found in it
   * @throws ReenactError PHOTO_UNREADABLE, PHOTO_TOO_LARGE, NO_FACE_IN_PHOTO (the photo before stays in use), or ABORTED when yet
   *   another photo came before this one was in use
   */
  setPhoto(bytes: Uint8Array): Promise<PhotoInfo> {
    const told = this.#photos.want({ sequence: ++this.#sequence, bytes });
    this.#sendSettings(); // which face is meant
    if (this.#state === "open") this.#sendPhoto();
    return told;
  }

  /** Uses the server's own photo again. @returns and throws as {@link setPhoto}; PHOTO_UNREADABLE where the server has none */
  useServerPhoto(): Promise<PhotoInfo> {
    return this.setPhoto(new Uint8Array());
  }

  /** Changes some settings. The first change goes at once, what follows soon after together, and before the next frame. */
  update(settings: Partial<LiveSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#changes = { ...this.#changes, ...settings };
    if (this.#settingsTimer === undefined) this.#sendSettings();
  }

  /** Sends no frames until {@link resume}. The connection stays, as long as the server lets it. */
  pause(): void {
    this.update({ paused: true });
  }

  /** The end of {@link pause}; connects again where the server hung up meanwhile. */
  resume(): void {
    this.update({ paused: false });
    if (this.#state === "asleep") this.#open();
  }

  /** Connects again at once, where it waits to. */
  retry(): void {
    if (this.#state === "waiting" || this.#state === "asleep") this.#open();
  }

  /** Ends the session; may be called more than once. */
  async close(): Promise<void> {
    this.#end(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #hindrance(): LocalDropCause | undefined {
    if (this.#settings.paused) return "disconnected";
    if (this.#state === "asleep") this.#open();
    if (this.#state !== "open" || this.#socket?.readyState !== OPEN) return "disconnected";
    if (this.underWay >= this.#window()) return "window";
    return this.#socket.bufferedAmount > MAX_BUFFERED ? "network" : undefined;
  }

  /**
   * Frames that may be under way. What is under way waits somewhere, so as few as keep the server at work; only while it has more frames
   * than it can do, one more: it works on the newest that it has.
   */
  #window(): number {
    const most = this.#welcome?.window ?? FIRST_WINDOW;
    return this.#now() - this.#busyAt < BUSY_FOR ? most : Math.max(1, most - 1);
  }

  #open(): void {
    this.#setState("connecting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(new ReenactError("SERVER_REFUSED", `Expected ${this.#url} to greet but nothing came for ${DEAD_AFTER / 1000} s.`)), DEAD_AFTER);
    void this.#openSocket().catch((cause: unknown) => {
      // A URL that is none, a browser that forbids it: trying again does not help.
      this.#end(new ReenactError("SERVER_REFUSED", `Expected to connect to ${this.#url} but that cannot be done (${(cause as Error).message}).`, { cause }));
    });
  }

  async #openSocket(): Promise<void> {
    this.#createSocket ??= this.#options.createSocket ?? await defaultSocketFactory();
    if (this.#state !== "connecting") return;
    const { token } = this.#options;
    const socket = this.#createSocket(this.#url, token ? [SUBPROTOCOL, `token.${token}`] : [SUBPROTOCOL]);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const mine = () => this.#socket === socket;
    socket.onopen = () => {
      if (!mine()) return;
      this.#changes = undefined; // hello tells all settings
      this.#post(encodeJson(Kind.hello, { settings: this.#settings, ownPhoto: this.#photos.wanted !== undefined, viewKey: this.#options.viewKey } satisfies Hello));
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (!mine()) return;
      try {
        this.#receive(decodeMessage(new Uint8Array(data as ArrayBuffer)));
      } catch (error) {
        this.#end(error instanceof ReenactError ? error : new ReenactError("PROTOCOL", `Expected a message of the server but it cannot be read (${(error as Error).message}).`, { cause: error }));
      }
    };
    socket.onerror = () => {}; // `close` follows and says as much as there is to know
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => {
      if (mine()) this.#closed(code, reason);
    };
  }

  #receive(message: Message): void {
    this.#lastHeard = this.#now();
    switch (message.kind) {
      case Kind.welcome:
        return this.#greeted(decodeJson(message) as Welcome);
      case Kind.still:
        return this.#options.onStill?.(new Uint8Array(message.payload), message.sequence);
      case Kind.result:
        return void this.#show(message);
      case Kind.dropped:
        for (const { sequence, cause } of decodeDrops(message.payload)) {
          if (cause === "superseded") this.#busyAt = this.#now();
          if (this.#unanswered.delete(sequence)) this.#drop(sequence, cause);
        }
        return;
      case Kind.photoReady: {
        const info = decodeJson(message) as PhotoInfo;
        this.#photos.ready(message.sequence, info);
        return this.#options.onPhoto?.(info);
      }
      case Kind.rest: {
        const rest = decodeJson(message) as DriverRest;
        this.#settings = { ...this.#settings, rest }; // after a new connection it goes on from there
        return this.#options.onRest?.(rest);
      }
      case Kind.changed: {
        const changes = decodeJson(message) as Partial<LiveSettings>;
        this.#settings = { ...this.#settings, ...changes };
        return this.#options.onSettings?.(changes);
      }
      case Kind.error: {
        const { code, message: said } = decodeJson(message) as ErrorNote;
        return this.#photoFailed(message.sequence, new ReenactError(code in EXIT_CODES ? code as ErrorCode : "INTERNAL", said));
      }
    }
  }

  #greeted(welcome: Welcome): void {
    clearTimeout(this.#timer);
    this.#lostBy = undefined;
    this.#welcome = welcome;
    this.#backoff.reset();
    this.#setState("open");
    if (welcome.photo && !this.#photos.wanted) this.#options.onPhoto?.(welcome.photo);
    this.#sendSettings();
    this.#sendPhoto();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      if (this.#unanswered.size > 0 && this.#now() - this.#lastHeard > DEAD_AFTER) this.#lost(new ReenactError("SERVER_REFUSED", "Expected the server to answer but it fell silent."));
    }, 1000);
    for (const { resolve } of this.#waiters.splice(0)) resolve(welcome);
  }

  async #show(message: Message): Promise<void> {
    const { sequence, time, payload } = message;
    const result = decodeResult(payload);
    const now = this.#now(), sent = this.#unanswered.get(sequence);
    this.#unanswered.delete(sequence);
    if (sent) this.#figures.noteReceived(now, now - sent.sentAt, payload.length, result);
    if (result.stages.wait > BUSY_WAIT) this.#busyAt = now;
    const socket = this.#socket;
    this.#showing++;
    if (sequence > this.#shownSequence) {
      this.#shownSequence = sequence;
      let shown: unknown = true;
      try {
        shown = await this.#options.onResult({ ...result, sequence, time, jpeg: new Uint8Array(result.jpeg) });
      } catch {
        // Showing is the caller's business: the session goes on.
      }
      if (shown === false) this.#drop(sequence, "display");
      else this.#figures.noteShown(this.#now(), this.#now() - time);
    } else this.#drop(sequence, "display");
    this.#showing--;
    if (socket === this.#socket) this.#post(encodeMessage(Kind.ack, { sequence }));
  }

  #drop(sequence: number, cause: DropCause | LocalDropCause): void {
    this.#figures.noteDrop(cause);
    this.#options.onDrop?.(sequence, cause);
  }

  /** Tells the server what has changed; before it has greeted, the changes wait. */
  #sendSettings(): void {
    clearTimeout(this.#settingsTimer);
    this.#settingsTimer = undefined;
    if (this.#state !== "open" || !this.#changes) return;
    this.#post(encodeJson(Kind.settings, this.#changes));
    this.#changes = undefined;
    this.#settingsTimer = setTimeout(() => this.#sendSettings(), SETTINGS_EVERY);
  }

  #sendPhoto(): void {
    if (!this.#photos.wanted) return;
    const { sequence, bytes } = this.#photos.wanted, most = this.#welcome!.maxMessageBytes;
    if (bytes.length + HEADER_BYTES > most) {
      this.#photoFailed(sequence, new ReenactError("PHOTO_TOO_LARGE", `Expected a photo of at most ${(most / 1e6).toFixed(1)} MB but it has ${(bytes.length / 1e6).toFixed(1)} MB: scale it down first.`));
    } else this.#post(encodeMessage(Kind.photo, { sequence, payload: bytes }));
  }

  #photoFailed(sequence: number, error: ReenactError): void {
    if (!this.#photos.failed(sequence, error)) this.#options.onError?.(error);
  }

  #post(message: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(message);
  }

  #closed(code: number, reason: string): void {
    // A server that said that it ends, and then is not there, has ended: what it said stays.
    if (code !== 1006 || this.#lostBy?.code !== CLOSE.goingAway) this.#lostBy = { code, reason };
    const why = reason || `code ${code}`;
    if (code === CLOSE.token || code === CLOSE.protocol || code === CLOSE.flooding || code === CLOSE.tooLarge) {
      this.#end(new ReenactError(code === CLOSE.protocol ? "PROTOCOL" : "SERVER_REFUSED", `The server refused: ${why}.`));
    } else if (code === CLOSE.idle && !this.#photos.awaited) {
      this.#forgetSocket();
      this.#setState("asleep");
    } else this.#lost(new ReenactError("SERVER_REFUSED", code === 1006 ? `Expected a live server at ${this.#url} but it cannot be reached, or closed without a word.` : `The server closed: ${why}.`), code === CLOSE.full);
  }

  /** The connection is gone: another attempt follows, later when the server said that it is full. */
  #lost(why: ReenactError, full = false): void {
    if (this.#state === "closed") return;
    this.#lostBy ??= { code: 1006, reason: "" };
    this.#forgetSocket();
    if (this.#backoff.attempts + 1 >= (this.#options.attempts ?? Infinity)) return this.#end(why);
    const wait = Math.max(full ? 2000 : 0, this.#backoff.next());
    this.#retryAt = this.#now() + wait;
    this.#timer = setTimeout(() => this.#open(), wait);
    this.#setState("waiting", why);
  }

  #forgetSocket(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    clearTimeout(this.#settingsTimer);
    this.#settingsTimer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket && socket.readyState <= OPEN) socket.close(1000);
    for (const sequence of [...this.#unanswered.keys()]) this.#drop(sequence, "disconnected");
    this.#unanswered.clear();
  }

  #end(why: ReenactError | undefined): void {
    if (this.#state === "closed") return;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#forgetSocket();
    this.#setState("closed", why);
    const error = why ?? new ReenactError("ABORTED", "The live session was closed.");
    for (const { reject } of this.#waiters.splice(0)) reject(error);
    this.#photos.end(error);
  }

  #setState(state: LiveState, why?: ReenactError): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state, why);
  }
}

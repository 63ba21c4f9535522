import type { Logger } from "pino";
import { BehaviorSubject, Subject, type Subscription } from "rxjs";
import type { RawData, WebSocket } from "ws";
import {
  CLOSE, Content, decodeJson, decodeMessage, DEFAULT_SETTINGS, encodeJson, encodeMessage, encodeResult, Kind, MOST_SOUND,
  type DropCause, type ErrorNote, type LiveSettings, type Message, type Welcome,
} from "../client/protocol.js";
import { ReenactError } from "../errors.js";
import type { Pixels } from "../frame.js";
import type { FramePainter } from "../operators/compose-frames.js";
import { liveTurn } from "../pipeline/live-turn.js";
import type { Sitter } from "../pipeline/sitter.js";
import { encodePicture } from "../streams/write-image.js";
import type { AddressAccount } from "./addresses.js";
import type { Broadcast, Broadcasts } from "./broadcasts.js";
import { closeSocket } from "./close-socket.js";
import { DriverRests } from "./driver-rests.js";
import { FrameGate } from "./frame-gate.js";
import type { FrameScheduler, Lane } from "./frame-scheduler.js";
import { frameWindow, type LiveLimits } from "./limits.js";
import type { LivePicture } from "./live-chain.js";
import type { LiveMetrics } from "./live-metrics.js";
import { ownSequence, type LiveModels } from "./live-models.js";
import { HelloMessage, parseMessage, SomeSettings } from "./live-settings.js";
import type { SettingsWish } from "./settings-api.js";
import { Outbox } from "./outbox.js";
import type { Pace } from "./pace.js";
import { PhotoDesk } from "./photo-desk.js";
import { infoOf } from "./photo-info.js";
import type { PhotoQueue } from "./photo-queue.js";
import type { PhotoReader } from "./photo-reader.js";
import { sessionPictures } from "./session-pictures.js";
import { soundBudget, soundCost } from "./sound-budget.js";
import { ticketOf, type Ticket } from "./ticket.js";
import { TokenBucket } from "./token-bucket.js";

/** What all sessions of a server share. */
export interface SessionContext {
  readonly limits: LiveLimits;
  readonly models: LiveModels;
  readonly scheduler: FrameScheduler<Ticket>;
  readonly metrics: LiveMetrics;
  readonly log: Logger;
  /** The photos of all sessions, and what reads them. */
  readonly photos: PhotoQueue;
  readonly reader: PhotoReader;
  /** What making painters, and stills, may take of the server. */
  readonly painters: Pace;
  /** Where its pictures go besides. */
  readonly broadcasts: Broadcasts;
  /** The server's own photo. */
  readonly photo: Sitter | undefined;
  /** 1…100, of the pictures that go out. */
  readonly quality: number;
}

/** Why a client gets no session. */
export interface Refusal {
  /** One of `CLOSE`. */
  readonly code: number;
  readonly reason: string;
}

/** Who comes. */
export interface SessionGuest {
  /** Of the client's address. */
  readonly account: AddressAccount;
  /** Asked when it says hello: why it gets no session, if it gets none. */
  readonly admit: () => Refusal | undefined;
}

/** A camera's usual size, for views that show it before it is known. */
const CAMERA = { width: 640, height: 480 };
/** Pictures that cannot be decoded, one after the other, after which a client is taken for broken. */
const MAX_UNDECODABLE = 30;
/** Messages a second besides frames and their acknowledgements: a slider that is dragged sends many. */
const MESSAGE_RATE = 60, MESSAGE_BURST = 200;

/** One client: one socket, one subscription. It ends with the socket, and leaves nothing behind. */
export class LiveSession implements Lane<Ticket> {
  readonly kind = "session";
  readonly #id: number;
  readonly #socket: WebSocket;
  readonly #context: SessionContext;
  readonly #admit: SessionGuest["admit"];
  readonly #log: Logger;
  readonly #outbox: Outbox;
  readonly #desk: PhotoDesk;
  readonly #gate: FrameGate;
  readonly #rests = new DriverRests((rest) => this.#outbox.send(encodeJson(Kind.rest, rest)));
  readonly #messageRate: TokenBucket;
  readonly #soundBudget: TokenBucket;
  readonly #settings = new BehaviorSubject<LiveSettings>(DEFAULT_SETTINGS);
  readonly #sitter = new BehaviorSubject<Sitter | undefined>(undefined);
  readonly #cameraSize = new BehaviorSubject<Pick<Pixels, "width" | "height">>(CAMERA);
  readonly #tickets = new Subject<Ticket>();
  readonly #inWork = new Set<Ticket>();
  readonly #closed: Promise<void>;
  readonly #over = new AbortController();
  #subscription: Subscription | undefined;
  #broadcast: Broadcast | undefined;
  #key: string | undefined;
  /** Whether a chain takes frames: between two chains they have to wait. */
  #flowing = false;
  #ending: string | undefined;
  #activeAt: number;
  #undecodable = 0;
  #watch: NodeJS.Timeout;

  /** @param id counts sessions up */
  constructor(id: number, socket: WebSocket, context: SessionContext, { account, admit }: SessionGuest) {
    const now = performance.now(), { limits, metrics } = context;
    this.#id = id;
    this.#socket = socket;
    this.#context = context;
    this.#admit = admit;
    this.#log = context.log.child({ session: id });
    this.#outbox = new Outbox(socket, {
      onBytes: (bytes) => metrics.bytes.inc({ direction: "out" }, bytes),
      onClear: () => context.scheduler.wake(),
      onOverflow: () => this.#cutOff("more waits for it than it reads"),
    });
    this.#desk = new PhotoDesk({ ...context, account, log: this.#log, outbox: this.#outbox, face: () => this.#settings.value.face });
    this.#gate = new FrameGate(limits.maxFps, now);
    this.#messageRate = new TokenBucket(MESSAGE_RATE, MESSAGE_BURST, now);
    this.#soundBudget = soundBudget(now);
    this.#activeAt = now;
    context.scheduler.add(this);
    socket.on("message", (data: RawData, binary: boolean) => this.#onMessage(data, binary));
    socket.on("ping", (data: Buffer) => this.#onPing(data));
    socket.on("error", (error) => this.#log.debug({ err: error }, "socket error")); // `close` follows
    this.#closed = new Promise((resolve) => socket.once("close", (code: number) => {
      this.#cleanUp(code);
      resolve();
    }));
    this.#watch = setTimeout(() => this.end(CLOSE.protocol, "no hello came in time"), 1000 * limits.helloTimeout);
  }

  /** What whoever watches it, or changes its settings, has to know. */
  get key(): string | undefined {
    return this.#key;
  }

  /** Changes settings for somebody else than the client, who is told. Returns them as they are now. */
  changeSettings({ neutral, ...wish }: SettingsWish): LiveSettings {
    const changes = { ...wish, ...(neutral !== undefined && { neutral: neutral === "now" ? this.#settings.value.neutral + 1 : neutral }) };
    if (Object.keys(changes).length > 0) {
      this.#change(changes);
      this.#outbox.send(encodeJson(Kind.changed, changes));
    }
    return this.#settings.value;
  }

  /** Whether the client has said hello. */
  get greeted(): boolean {
    return this.#subscription !== undefined;
  }

  /** Whether it is ending. */
  get ending(): boolean {
    return this.#ending !== undefined;
  }

  /** Ends the session, with a reason that the client is told. Resolves when its socket is gone; may be called more than once. */
  end(code: number, reason: string): Promise<void> {
    if (this.#ending === undefined) {
      this.#ending = reason;
      closeSocket(this.#socket, code, reason, this.#closed);
    }
    return this.#closed;
  }

  /** Whether the client takes its pictures, as far as can be told. */
  get #reads(): boolean {
    return this.#outbox.clear && this.#outbox.unacknowledged < this.#context.limits.maxUnacknowledged;
  }

  mayStart(): boolean {
    return this.#flowing && this.#reads && this.#outbox.unacknowledged + this.#inWork.size < this.#context.limits.maxUnacknowledged;
  }

  start(ticket: Ticket): void {
    const now = performance.now();
    ticket.stages.wait = now - ticket.receivedAt;
    ticket.markedAt = now;
    this.#activeAt = now;
    this.#inWork.add(ticket);
    this.#tickets.next(ticket);
  }

  superseded(ticket: Ticket): void {
    this.#drop(ticket.sequence, this.#reads ? "superseded" : "slow-reader");
  }

  #onMessage(data: RawData, binary: boolean): void {
    if (this.#ending !== undefined) return;
    try {
      if (!binary) throw new ReenactError("PROTOCOL", "Expected binary messages but received text: speak the protocol of reenact/client.");
      const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data;
      this.#context.metrics.bytes.inc({ direction: "in" }, bytes.length);
      this.#receive(decodeMessage(bytes));
    } catch (error) {
      if (!(error instanceof ReenactError)) this.#log.error({ err: error }, "a message broke");
      const known = error instanceof ReenactError;
      void this.end(known ? CLOSE.protocol : CLOSE.internal, reasonOf(known ? error.message : "something unexpected happened"));
    }
  }

  #receive(message: Message): void {
    const { kind } = message;
    if (!this.greeted) {
      if (kind !== Kind.hello) throw new ReenactError("PROTOCOL", "Expected hello before anything else.");
      return this.#greet(message);
    }
    if (kind === Kind.frame) return this.#onFrame(message);
    if (kind === Kind.sound && this.#onSound(message)) return;
    if (kind === Kind.ack) {
      if (this.#outbox.acknowledge(message.sequence)) return this.#context.scheduler.wake();
    }
    if (!this.#messageRate.take(performance.now())) return void this.end(CLOSE.flooding, "too many messages a second");
    if (kind === Kind.ack || kind === Kind.sound) return; // of nothing that waits for it, or more than can be heard: put up with, as long as there is little
    if (kind === Kind.settings) return this.#change(parseMessage(SomeSettings, decodeJson(message)));
    if (kind === Kind.photo) {
      this.#activeAt = performance.now();
      return this.#look(message);
    }
    throw new ReenactError("PROTOCOL", `Expected a message of a client but received kind 0x${kind.toString(16)}.`);
  }

  #look({ sequence, payload }: Message): void {
    const { photo } = this.#context;
    if (payload.length > 0) return this.#desk.look(sequence, payload);
    if (photo) return this.#settings.value.face === "largest" ? this.#desk.give(sequence, photo) : this.#desk.look(sequence, photo);
    this.#outbox.send(encodeJson(Kind.error, { code: "PHOTO_UNREADABLE", message: "Expected a photo but none was sent, and the server has none of its own." } satisfies ErrorNote, { sequence }));
  }

  #greet(message: Message): void {
    const { limits, metrics, photo } = this.#context;
    const { settings, ownPhoto, viewKey } = parseMessage(HelloMessage, decodeJson(message));
    const refusal = this.#admit();
    if (refusal) return void this.end(refusal.code, refusal.reason);
    clearTimeout(this.#watch);
    this.#watch = setInterval(() => this.#checkIdle(), Math.min(1000, 250 * limits.idleTimeout));
    this.#subscription = this.#run();
    this.#key = viewKey;
    this.#broadcast = this.#context.broadcasts.begin(viewKey);
    metrics.sessionsOpened.inc();
    this.#log.info({ settings, ownPhoto }, "session opened");
    const welcome: Welcome = {
      session: String(this.#id), photo: photo ? infoOf(photo) : null, window: frameWindow(limits), maxFps: limits.maxFps,
      maxMessageBytes: limits.maxMessageBytes, maxFramePixels: limits.maxFramePixels, idleTimeout: limits.idleTimeout, sound: this.#context.broadcasts.heard,
    };
    this.#outbox.send(encodeJson(Kind.welcome, welcome));
    if (photo && ownPhoto !== true) this.#sitter.next(photo);
    if (settings) this.#change(settings);
  }

  /** The session's whole life as one subscription: photos become sitters, frames become pictures. */
  #run(): Subscription {
    const { models, limits, quality } = this.#context;
    const pictures = sessionPictures({
      tickets: this.#tickets, sitter: this.#sitter, settings: this.#settings, cameraSize: this.#cameraSize,
      engine: models.engine, rests: this.#rests, landmarks: liveTurn(ownSequence(models.landmarks, this.#id)), maxFramePixels: limits.maxFramePixels, quality,
      onTurn: (make) => this.#makePainter(make),
      onFlow: (flowing) => this.#onFlow(flowing),
      onUndecodable: (ticket) => this.#onUndecodable(ticket),
      onSize: ({ width, height }) => this.#cameraSize.next({ width, height }),
    });
    const fatal = (error: unknown) => {
      this.#log.error({ err: error }, "session failed");
      void this.end(CLOSE.internal, "something unexpected happened in the server");
    };
    const subscription = this.#desk.sitters.subscribe({ next: (sitter) => this.#use(sitter), error: fatal });
    subscription.add(pictures.subscribe({ next: (picture) => this.#send(picture), error: fatal }));
    return subscription;
  }

  #onFlow(flowing: boolean): void {
    this.#flowing = flowing;
    if (flowing) this.#context.scheduler.wake();
    else for (const ticket of [...this.#inWork]) this.#finish(ticket, "restarted");
  }

  #onFrame({ sequence, time, variant, payload }: Message): void {
    const now = performance.now(), { limits, metrics, scheduler } = this.#context;
    const name = Object.entries(Content).find(([, content]) => content === variant)?.[0];
    if (!name) throw new ReenactError("PROTOCOL", `Expected a known content of a frame but received ${variant}.`);
    metrics.frames.inc({ content: name });
    const refusal = this.#gate.refusal(sequence, time, now);
    if (refusal) return this.#drop(sequence, refusal);
    if (this.#settings.value.paused) return this.#drop(sequence, "paused");
    if (!this.#sitter.value) return this.#drop(sequence, "no-photo");
    // However long it waits for its turn: the client does its part.
    if (this.#reads) this.#activeAt = now;
    const content = variant as Content;
    if (payload.length > limits.maxFrameBytes) return this.#onUndecodable(ticketOf({ sequence, time, content, payload }, now));
    scheduler.offer(this, ticketOf({ sequence, time, content, payload }, now));
  }

  /** Whether it was what may be sent of it. */
  #onSound({ time, payload }: Message): boolean {
    if (payload.length === 0 || payload.length % 2 > 0 || payload.length > 2 * MOST_SOUND) {
      throw new ReenactError("PROTOCOL", `Expected 2 to ${2 * MOST_SOUND} bytes of sound, two a sample, but received ${payload.length}.`);
    }
    const samples = new Int16Array(Uint8Array.from(payload).buffer);
    if (!this.#context.broadcasts.heard || !this.#soundBudget.take(performance.now(), soundCost(samples))) return false;
    if (!this.#settings.value.paused) this.#broadcast?.hear({ time, samples });
    return true;
  }

  #onUndecodable(ticket: Ticket): void {
    this.#finish(ticket, "undecodable");
    if (++this.#undecodable >= MAX_UNDECODABLE) void this.end(CLOSE.protocol, `${MAX_UNDECODABLE} frames that are no JPEG or WebP picture of the allowed size`);
  }

  #send({ ticket, jpeg, ...head }: LivePicture): void {
    const { metrics } = this.#context, { sequence, time, stages } = ticket;
    this.#undecodable = 0;
    metrics.results.inc();
    metrics.observe(stages, performance.now() - ticket.receivedAt);
    const message = encodeMessage(Kind.result, { sequence, time, payload: encodeResult({ ...head, stages }, jpeg) });
    this.#outbox.sendResult(sequence, message);
    this.#broadcast?.show({ sequence, message, jpeg });
    this.#finish(ticket);
  }

  /** A frame is done with: its place is free. */
  #finish(ticket: Ticket, cause?: DropCause): void {
    const worked = this.#inWork.delete(ticket);
    if (cause) this.#drop(ticket.sequence, cause);
    if (worked) this.#context.scheduler.done(this);
  }

  #drop(sequence: number, cause: DropCause): void {
    this.#context.metrics.drops.inc({ cause });
    if (!this.#outbox.drop({ sequence, cause })) void this.end(CLOSE.flooding, "more frames than the window allows, and none of the answers read");
  }

  #change(changes: Partial<LiveSettings>): void {
    const before = this.#settings.value, after = { ...before, ...changes };
    this.#activeAt = performance.now();
    this.#settings.next(after);
    if (after.paused) {
      const waiting = this.#context.scheduler.withdraw(this);
      if (waiting) this.#drop(waiting.sequence, "paused");
    }
    // Another face of the same photo.
    if (after.face !== before.face) this.#desk.lookAgain(this.#sitter.value);
  }

  #use(sitter: Sitter): void {
    this.#activeAt = performance.now();
    this.#sitter.next(sitter);
  }

  /** Makes a painter and shows the photo before a frame moves it: not before the client has taken the last, and no faster than the server bears. */
  async #makePainter(make: () => FramePainter): Promise<FramePainter | undefined> {
    await this.#outbox.whenClear();
    return this.#context.painters.run(async () => {
      const painter = make(), { width, height } = painter;
      const picture = { data: painter.paint(undefined, 0, { data: new Uint8Array(3), width: 1, height: 1 }), width, height };
      const jpeg = await encodePicture(picture, { format: "jpg", quality: this.#context.quality, fast: true });
      painter.recycle?.(picture.data);
      this.#outbox.send(encodeMessage(Kind.still, { sequence: painter.beside ?? 0, payload: jpeg }));
      return painter;
    }, this.#over.signal);
  }

  #checkIdle(): void {
    const { heartbeat } = this.#context.limits;
    this.#outbox.flush();
    if (this.#outbox.isStalled(heartbeat)) return this.#cutOff("it reads nothing of what it is sent");
    if (!this.#desk.busy && performance.now() - this.#activeAt > 1000 * this.#context.limits.idleTimeout) void this.end(CLOSE.idle, "no frame came for a while");
  }

  #onPing(data: Buffer): void {
    if (this.#messageRate.take(performance.now())) this.#outbox.pong(data);
    else void this.end(CLOSE.flooding, "too many messages a second");
  }

  /** Ends a session whose client could not be told: what it was sent waits already. */
  #cutOff(reason: string): void {
    this.#ending ??= reason;
    this.#socket.terminate();
  }

  #cleanUp(code: number): void {
    clearTimeout(this.#watch);
    this.#over.abort();
    const { scheduler, metrics } = this.#context;
    const opened = this.greeted;
    this.#ending ??= `client left (${code})`;
    scheduler.remove(this);
    this.#inWork.clear(); // the scheduler has forgotten them already
    this.#subscription?.unsubscribe();
    this.#broadcast?.end();
    this.#desk.close();
    for (const subject of [this.#settings, this.#sitter, this.#cameraSize, this.#tickets]) subject.complete();
    metrics.sessionsEnded.inc({ reason: String(code) });
    this.#log.info({ code, reason: this.#ending, opened }, "session ended");
  }
}

/** WebSocket close reasons hold 123 bytes of UTF-8 at most (RFC 6455, 5.5.1). */
function reasonOf(text: string): string {
  return Buffer.from(text, "utf8").subarray(0, 120).toString("utf8").replace(/\ufffd$/, "");
}

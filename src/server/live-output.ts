import type { Logger } from "pino";
import { decodeMessage, decodeResult } from "../client/protocol.js";
import { Backoff } from "../client/backoff.js";
import type { Pixels } from "../frame.js";
import { ChildError, type Child } from "../streams/child.js";
import { mediaTools, type MediaTools } from "../streams/ffmpeg-path.js";
import { planLiveEncoder, startLiveEncoder } from "../streams/live-encoder.js";
import { resolveLiveTarget, type LiveTarget } from "../streams/live-target.js";
import type { Broadcasts, ShownPicture } from "./broadcasts.js";
import { outputPicture, type OutputPictureOptions } from "./output-picture.js";

/** What a live output is told. */
export interface LiveOutputOptions extends OutputPictureOptions {
  /** See {@link resolveLiveTarget}. */
  readonly to: string;
  /** Pictures a second. */
  readonly rate: number;
}

/** Pictures that may wait for the encoder; and how far it may fall behind before the time in between is left out, seconds. */
const WAITING = 3, BEHIND = 1;
/** Milliseconds before attempts, at first and at most; and for the encoder to finish what it has. */
const RETRY_FIRST = 1000, RETRY_MOST = 10_000, END_WITHIN = 2500;

/**
 * Sends the picture of the session that came last to a device, a listener or a file, at a constant rate: when no new picture came, the last
 * one again. There is no sound in it: the microphone is at the browser, not here. Who listens may go and come back.
 */
export class LiveOutput {
  readonly target: LiveTarget;
  readonly #options: LiveOutputOptions;
  readonly #args: readonly string[];
  readonly #tools: MediaTools;
  readonly #log: Logger;
  readonly #onNote: (note: string) => void;
  readonly #backoff = new Backoff(RETRY_FIRST, RETRY_MOST);
  #picture: Buffer;
  #next: ShownPicture | undefined;
  #composing = false;
  #child: Child | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #closing = false;

  private constructor(options: LiveOutputOptions, target: LiveTarget, args: readonly string[], tools: MediaTools, picture: Buffer, log: Logger, onNote: (note: string) => void) {
    this.#options = options;
    this.target = target;
    this.#args = args;
    this.#tools = tools;
    this.#picture = picture;
    this.#log = log;
    this.#onNote = onNote;
  }

  /**
   * Begins to send.
   *
   * @param photo what is sent until a session has a picture
   * @throws ReenactError OUTPUT_INVALID, OUTPUT_EXISTS, ENCODER_MISSING, FFMPEG_MISSING
   */
  static async open(options: LiveOutputOptions, broadcasts: Broadcasts, photo: Pixels | undefined, log: Logger, onNote: (note: string) => void): Promise<LiveOutput> {
    const target = await resolveLiveTarget(options.to), tools = await mediaTools();
    const args = await planLiveEncoder(target, options, tools);
    const output = new LiveOutput(options, target, args, tools, await outputPicture(photo, 0, options), log, onNote);
    output.#unwatch = broadcasts.watch(undefined, (picture) => {
      output.#next = picture;
      void output.#compose();
    });
    output.#start();
    return output;
  }

  /** Finishes what was sent; may be called more than once. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#unwatch?.();
    clearTimeout(this.#retry);
    clearInterval(this.#ticker);
    const child = this.#child;
    if (!child || child.ended) return;
    child.stdin?.end();
    const timer = setTimeout(() => void child.stop(), END_WITHIN);
    await child.done().catch(() => undefined);
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #compose(): Promise<void> {
    if (this.#composing) return;
    this.#composing = true;
    while (this.#next) {
      const { jpeg, message } = this.#next;
      this.#next = undefined;
      try {
        this.#picture = await outputPicture(jpeg, decodeResult(decodeMessage(message).payload).beside, this.#options);
      } catch (error) {
        this.#log.error({ err: error }, "a picture of the output broke");
      }
    }
    this.#composing = false;
  }

  #start(): void {
    const child = startLiveEncoder(this.#args, this.#tools), { rate } = this.#options, started = performance.now();
    this.#child = child;
    let sent = 0, left = 0;
    this.#ticker = setInterval(() => {
      const due = Math.floor(((performance.now() - started) * rate) / 1000) + 1, full = () => (child.stdin?.writableLength ?? 0) >= WAITING * this.#picture.length;
      while (sent < due && !full()) {
        child.stdin?.write(this.#picture);
        if (++sent === rate) this.#backoff.reset();
      }
      if (due - sent <= BEHIND * rate) return;
      left += due - sent;
      sent = due;
      this.#log.warn({ to: this.target.label, left }, "the output takes pictures too slowly: some are left out");
    }, 500 / rate);
    child.done().then(() => this.#ended(undefined), (error: unknown) => this.#ended(error));
  }

  #ended(error: unknown): void {
    clearInterval(this.#ticker);
    if (this.#closing) return;
    const said = error instanceof ChildError ? error.stderr.split("\n").at(-1) : undefined, { label, kind } = this.target;
    if (kind === "file") {
      this.#log.error({ err: error, to: label }, "the output ended");
      return this.#onNote(`Nothing is written to ${label} any more (${said ?? "ffmpeg ended"}): start again with another file.`);
    }
    const wait = this.#backoff.next();
    if (this.#backoff.attempts === 1) this.#onNote(`Nobody takes the picture at ${label} now: it is tried again and again.`);
    this.#log.warn({ to: label, said, wait: Math.round(wait) }, "the output is not taken");
    this.#retry = setTimeout(() => this.#start(), wait);
  }
}

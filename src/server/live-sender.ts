import type { Logger } from "pino";
import { Backoff } from "../client/backoff.js";
import { ChildError, type Child } from "../streams/child.js";
import { mediaTools, type MediaTools } from "../streams/ffmpeg-path.js";
import { planLiveEncoder, startLiveEncoder, type LivePictureFormat } from "../streams/live-encoder.js";
import type { LiveTarget } from "../streams/live-target.js";

/** Who is told what, and asked. */
export interface LiveSenderHooks {
  /** Where there is sound: so many samples, to be heard from a time on (milliseconds of `performance.now()`), shortly before it has passed. */
  readonly sound?: (from: number, count: number) => Int16Array;
  readonly log: Pick<Logger, "warn" | "error">;
  readonly onNote: (note: string) => void;
  /** Nothing is written to a file any more. */
  readonly onBroken: (why: string) => void;
}

/** Pictures that may wait for the encoder; and how far it may fall behind before the time in between is left out, seconds. */
const WAITING = 3, BEHIND = 1;
/** Sound is asked for so many seconds after its time: until then it may come. */
const SOUND_BEHIND = 0.04;
/** Milliseconds before attempts, at first and at most; and for the encoder to finish what it has. */
const RETRY_FIRST = 1000, RETRY_MOST = 10_000, END_WITHIN = 2500;

/**
 * Sends pictures to a device, a listener or a file at a constant rate: when none is new, the last one again; and sound with them. Who listens
 * may go and come back.
 */
export class LiveSender implements AsyncDisposable {
  readonly target: LiveTarget;
  readonly #rate: number;
  readonly #soundRate: number;
  readonly #args: readonly string[];
  readonly #tools: MediaTools;
  readonly #hooks: LiveSenderHooks;
  readonly #backoff = new Backoff(RETRY_FIRST, RETRY_MOST);
  #picture: Buffer;
  #sent = 0;
  #left = 0;
  #child: Child | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closing = false;

  private constructor(target: LiveTarget, { rate, soundRate = 0 }: LivePictureFormat, args: readonly string[], tools: MediaTools, first: Buffer, hooks: LiveSenderHooks) {
    this.target = target;
    this.#rate = rate;
    this.#soundRate = soundRate;
    this.#args = args;
    this.#tools = tools;
    this.#picture = first;
    this.#hooks = hooks;
  }

  /**
   * Begins to send.
   *
   * @param first what is sent until another picture comes: RGB, 8 bits, as all of them
   * @throws ReenactError ENCODER_MISSING, FFMPEG_MISSING
   */
  static async open(target: LiveTarget, format: LivePictureFormat, first: Buffer, hooks: LiveSenderHooks): Promise<LiveSender> {
    const tools = await mediaTools(), args = await planLiveEncoder(target, format, tools);
    const sender = new LiveSender(target, format, args, tools, first, hooks);
    void sender.#start();
    return sender;
  }

  /** Pictures that were sent, the repeated ones too. */
  get sent(): number {
    return this.#sent;
  }

  /** Pictures whose time passed before the encoder took them. */
  get left(): number {
    return this.#left;
  }

  /** What is sent from now on. */
  show(picture: Buffer): void {
    this.#picture = picture;
  }

  /** Finishes what was sent; may be called more than once. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    clearInterval(this.#ticker);
    const child = this.#child;
    if (!child || child.ended) return;
    child.stdin?.end();
    child.input3?.end();
    const timer = setTimeout(() => void child.stop(), END_WITHIN);
    await child.done().catch(() => undefined);
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(): Promise<void> {
    const child = await startLiveEncoder(this.target, this.#args, this.#tools).catch((error: unknown) => this.#ended(error));
    if (!child) return;
    if (this.#closing) return void child.stop();
    const rate = this.#rate, soundRate = this.#soundRate, started = performance.now();
    this.#child = child;
    // Pictures that were sent or left out, those that were left out, and samples of sound that were sent.
    let sent = 0, left = 0, heard = 0;
    this.#ticker = setInterval(() => {
      const due = Math.floor(((performance.now() - started) * rate) / 1000) + 1, full = () => (child.stdin?.writableLength ?? 0) >= WAITING * this.#picture.length;
      while (sent < due && !full()) {
        child.stdin?.write(this.#picture);
        this.#sent++;
        if (++sent === rate) this.#backoff.reset();
      }
      // Whatever the pictures do: an encoder that waits for sound takes no pictures meanwhile.
      const samples = Math.floor(((due - left) / rate - SOUND_BEHIND) * soundRate) - heard;
      if (child.input3 && this.#hooks.sound && samples > 0) {
        const sound = this.#hooks.sound(started + 1000 * (left / rate + heard / soundRate), samples);
        child.input3.write(new Uint8Array(sound.buffer, sound.byteOffset, sound.byteLength));
        heard += samples;
      }
      if (due - sent <= BEHIND * rate) return;
      left += due - sent;
      this.#left += due - sent;
      sent = due;
      this.#hooks.log.warn({ to: this.target.label, left: this.#left }, "the output takes pictures too slowly: some are left out");
    }, 500 / rate);
    child.done().then(() => this.#ended(undefined), (error: unknown) => this.#ended(error));
  }

  #ended(error: unknown): void {
    clearInterval(this.#ticker);
    if (this.#closing) return;
    const { label, kind } = this.target, { log, onNote, onBroken } = this.#hooks, said = error instanceof ChildError ? reasonOf(error) : undefined;
    if (kind === "file") {
      log.error({ err: error, to: label }, "the output ended");
      return onBroken(said ?? "ffmpeg ended");
    }
    const wait = this.#backoff.next();
    if (this.#backoff.attempts === 1) onNote(`Nobody takes the picture at ${label} now: it is tried again and again.`);
    log.warn({ to: label, said, wait: Math.round(wait) }, "the output is not taken");
    this.#retry = setTimeout(() => void this.#start(), wait);
  }
}

/** ffmpeg's last words, if it had any. */
function reasonOf({ stderr, signal }: ChildError): string {
  return stderr.split("\n").at(-1) || (signal === null ? "ffmpeg gave no reason" : `ffmpeg was ended by ${signal}`);
}

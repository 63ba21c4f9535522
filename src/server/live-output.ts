import type { Logger } from "pino";
import { decodeMessage, decodeResult, SOUND_RATE } from "../client/protocol.js";
import type { Pixels } from "../frame.js";
import { takesSound } from "../streams/live-encoder.js";
import { resolveLiveTarget } from "../streams/live-target.js";
import type { Broadcasts, ShownPicture } from "./broadcasts.js";
import { LiveSender } from "./live-sender.js";
import { outputPicture, type OutputPictureOptions } from "./output-picture.js";
import { SoundDelay } from "./sound-delay.js";
import { SoundTrack } from "./sound-track.js";

/** What a live output is told. */
export interface LiveOutputOptions extends OutputPictureOptions {
  /** See {@link resolveLiveTarget}. */
  readonly to: string;
  /** Pictures a second. */
  readonly rate: number;
}

/**
 * Sends the picture of the session that came last, as a {@link LiveSender} does, and what its microphone hears, where its client sends that:
 * as late as the pictures of its time.
 */
export class LiveOutput implements AsyncDisposable {
  readonly #options: LiveOutputOptions;
  readonly #sender: LiveSender;
  readonly #log: Logger;
  readonly #unwatch: () => void;
  readonly #track: SoundTrack;
  readonly #delay: SoundDelay;
  /** Whose picture is sent. */
  #stage: object | undefined;
  #next: ShownPicture | undefined;
  #composing = false;

  private constructor(options: LiveOutputOptions, broadcasts: Broadcasts, sender: LiveSender, sound: { readonly track: SoundTrack; readonly delay: SoundDelay }, log: Logger) {
    this.#options = options;
    this.#sender = sender;
    this.#track = sound.track;
    this.#delay = sound.delay;
    this.#log = log;
    this.#unwatch = broadcasts.watch(undefined, (picture, stage) => {
      if (stage !== this.#stage) this.#turnTo(stage);
      this.#next = picture;
      void this.#compose();
    }, takesSound(sender.target) ? ({ time, samples }, stage) => { if (stage === this.#stage) this.#track.add(time, samples); } : undefined);
  }

  /**
   * Begins to send.
   *
   * @param photo what is sent until a session has a picture
   * @throws ReenactError OUTPUT_INVALID, OUTPUT_EXISTS, ENCODER_MISSING, FFMPEG_MISSING
   */
  static async open(options: LiveOutputOptions, broadcasts: Broadcasts, photo: Pixels | undefined, log: Logger, onNote: (note: string) => void): Promise<LiveOutput> {
    const target = await resolveLiveTarget(options.to);
    const onBroken = (why: string) => onNote(`Nothing is written to ${target.label} any more (${why}): start again with another file.`);
    const track = new SoundTrack(), delay = new SoundDelay();
    const sound = (from: number, count: number) => (delay.now === undefined ? new Int16Array(count) : track.read(from - delay.now, count));
    const format = { ...options, soundRate: takesSound(target) ? SOUND_RATE : undefined };
    const sender = await LiveSender.open(target, format, await outputPicture(photo, 0, options), { log, onNote, onBroken, sound });
    return new LiveOutput(options, broadcasts, sender, { track, delay }, log);
  }

  /** Another session's pictures come: its clock is another one. */
  #turnTo(stage: object): void {
    this.#stage = stage;
    this.#track.clear();
    this.#delay.forget();
  }

  /** Finishes what was sent; may be called more than once. */
  close(): Promise<void> {
    this.#unwatch();
    return this.#sender.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #compose(): Promise<void> {
    if (this.#composing) return;
    this.#composing = true;
    while (this.#next) {
      const { jpeg, message } = this.#next, stage = this.#stage;
      this.#next = undefined;
      try {
        const { payload, time } = decodeMessage(message), picture = await outputPicture(jpeg, decodeResult(payload).beside, this.#options);
        this.#sender.show(picture);
        // It is sent with the next one that is due: half a picture's time later, on average.
        if (stage === this.#stage) this.#delay.note(performance.now() + 500 / this.#options.rate - time);
      } catch (error) {
        this.#log.error({ err: error }, "a picture of the output broke");
      }
    }
    this.#composing = false;
  }
}

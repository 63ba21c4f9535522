import type { Logger } from "pino";
import { decodeMessage, decodeResult } from "../client/protocol.js";
import type { Pixels } from "../frame.js";
import { resolveLiveTarget } from "../streams/live-target.js";
import type { Broadcasts, ShownPicture } from "./broadcasts.js";
import { LiveSender } from "./live-sender.js";
import { outputPicture, type OutputPictureOptions } from "./output-picture.js";

/** What a live output is told. */
export interface LiveOutputOptions extends OutputPictureOptions {
  /** See {@link resolveLiveTarget}. */
  readonly to: string;
  /** Pictures a second. */
  readonly rate: number;
}

/** Sends the picture of the session that came last, as a {@link LiveSender} does. There is no sound in it: the microphone is at the browser, not here. */
export class LiveOutput implements AsyncDisposable {
  readonly #options: LiveOutputOptions;
  readonly #sender: LiveSender;
  readonly #log: Logger;
  readonly #unwatch: () => void;
  #next: ShownPicture | undefined;
  #composing = false;

  private constructor(options: LiveOutputOptions, broadcasts: Broadcasts, sender: LiveSender, log: Logger) {
    this.#options = options;
    this.#sender = sender;
    this.#log = log;
    this.#unwatch = broadcasts.watch(undefined, (picture) => {
      this.#next = picture;
      void this.#compose();
    });
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
    const sender = await LiveSender.open(target, options, await outputPicture(photo, 0, options), { log, onNote, onBroken });
    return new LiveOutput(options, broadcasts, sender, log);
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
      const { jpeg, message } = this.#next;
      this.#next = undefined;
      try {
        this.#sender.show(await outputPicture(jpeg, decodeResult(decodeMessage(message).payload).beside, this.#options));
      } catch (error) {
        this.#log.error({ err: error }, "a picture of the output broke");
      }
    }
    this.#composing = false;
  }
}

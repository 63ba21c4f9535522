import type { LiveClient } from "../../client/index.js";
import { byId, toast } from "./elements.js";
import { SoundSender } from "./sound-sender.js";

/** The switch that sends the microphone where the server sends the picture. It is off until somebody turns it on, every time. */
export class SoundSwitch {
  readonly #box = byId("send-sound", HTMLInputElement);
  readonly #client: () => LiveClient;
  readonly #microphone: () => string | undefined;
  #sender: SoundSender | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(client: () => LiveClient, microphone: () => string | undefined, onAllowed: () => void) {
    this.#client = client;
    this.#microphone = microphone;
    const again = () => { this.#turn = this.#turn.then(() => this.#apply()).then(onAllowed); };
    this.#box.addEventListener("change", again);
    byId("microphones").addEventListener("change", () => { if (this.#sender) again(); });
  }

  /** It is there where the server can send sound with the picture. */
  look(): void {
    byId("send-sound-row").hidden = this.#client().welcome?.sound !== true;
  }

  async #apply(): Promise<void> {
    this.#sender?.stop();
    this.#sender = undefined;
    if (!this.#box.checked) return;
    try {
      this.#sender = await SoundSender.start(this.#microphone(), (time, samples) => void this.#client().sendSound(time, samples));
    } catch (error) {
      this.#box.checked = false;
      const { name, message } = error as DOMException;
      toast(name === "NotAllowedError" ? "The browser was told not to give this page the microphone: allow it, then send sound."
        : name === "NotFoundError" ? "There is no microphone: connect one, then send sound." : `Sound cannot be sent from this browser (${message}).`);
    }
  }
}

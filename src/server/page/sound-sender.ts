import { SOUND_RATE } from "../../client/index.js";
import { SoundClock } from "./sound-clock.js";
import type { SoundPiece } from "./sound-worklet.js";

/** Samples a millisecond. */
const PER_MS = SOUND_RATE / 1000;
/** A microphone that tells a longer delay than this, seconds, is not believed. */
const MOST_LATENCY = 0.5;

/** Hands over what a microphone hears, piece by piece, with the time at which it was heard. */
export class SoundSender {
  readonly #context: AudioContext;
  readonly #microphone: MediaStream;

  private constructor(context: AudioContext, microphone: MediaStream) {
    this.#context = context;
    this.#microphone = microphone;
  }

  /**
   * Begins; asks for the microphone.
   *
   * @param microphone which, by its id; undefined: the system's choice
   * @param onSound time of the first sample in milliseconds of `performance.now()`; mono, {@link SOUND_RATE} a second
   * @throws DOMException when there is none, or it is not allowed
   */
  static async start(microphone: string | undefined, onSound: (time: number, samples: Int16Array) => void): Promise<SoundSender> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, ...(microphone !== undefined && { deviceId: { ideal: microphone } }) },
    });
    const context = new AudioContext({ sampleRate: SOUND_RATE });
    const sender = new SoundSender(context, stream);
    try {
      await context.audioWorklet.addModule(new URL("./sound-worklet.js", import.meta.url));
      await context.resume();
      const { latency = 0 } = stream.getAudioTracks()[0].getSettings() as MediaTrackSettings & { readonly latency?: number };
      const collector = new AudioWorkletNode(context, "sound-collector", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" }), clock = new SoundClock();
      collector.port.onmessage = ({ data: { frame, samples } }: MessageEvent<SoundPiece>) => {
        const offset = clock.offset((frame + samples.length) / PER_MS, performance.now());
        onSound(frame / PER_MS + offset - (latency < MOST_LATENCY ? 1000 * latency : 0), samples);
      };
      context.createMediaStreamSource(stream).connect(collector);
      return sender;
    } catch (error) {
      sender.stop();
      throw error;
    }
  }

  /** Gives the microphone back; may be called more than once. */
  stop(): void {
    this.#microphone.getTracks().forEach((track) => track.stop());
    if (this.#context.state !== "closed") void this.#context.close();
  }
}

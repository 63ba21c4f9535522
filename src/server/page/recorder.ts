import { markMp4, markWebm } from "./mark-recording.js";
import { RecordingCanvas } from "./recording-canvas.js";

/** Formats in the order in which they are wanted; each browser writes some of them. */
const FORMATS = [
  ["video/mp4;codecs=avc1.42E01F,mp4a.40.2", "mp4"], ["video/webm;codecs=vp9,opus", "webm"], ["video/webm;codecs=vp8,opus", "webm"], ["video/webm", "webm"], ["video/mp4", "mp4"],
] as const;

/** Seconds of delay that the sound can be given, at most. */
const MAX_DELAY = 4;

/** A finished recording. */
export interface Recording {
  readonly file: Blob;
  readonly extension: "mp4" | "webm";
}

/**
 * Records the canvas and, if wanted, the microphone. The picture comes later than the face moved, so the sound is held back by as much:
 * in the file both are in step.
 */
export class Recorder {
  readonly #media: MediaRecorder;
  readonly #extension: Recording["extension"];
  readonly #parts: Blob[] = [];
  readonly #release: () => void;
  readonly #delay: DelayNode | undefined;
  readonly #context: AudioContext | undefined;
  /** Milliseconds that are recorded, without the part that runs. */
  #recorded = 0;
  #since: number | undefined = performance.now();

  private constructor(media: MediaRecorder, extension: Recording["extension"], release: () => void, context?: AudioContext, delay?: DelayNode) {
    this.#media = media;
    this.#extension = extension;
    this.#release = release;
    this.#context = context;
    this.#delay = delay;
    media.ondataavailable = ({ data }) => { if (data.size > 0) this.#parts.push(data); };
    media.start(1000);
  }

  /**
   * Begins.
   *
   * @param sound whether a microphone is recorded, and which, by its id (undefined: the system's choice); asks for it
   * @param latency seconds by which the picture lags
   * @throws DOMException when there is no microphone, or it is not allowed
   */
  static async start(canvas: HTMLCanvasElement, sound: false | { readonly microphone: string | undefined }, latency: number): Promise<Recorder> {
    const format = FORMATS.find(([type]) => MediaRecorder.isTypeSupported(type));
    if (!format) throw new DOMException("This browser cannot record", "NotSupportedError");
    const [mimeType, extension] = format;
    const options = { mimeType, videoBitsPerSecond: 6e6 };
    const fixed = new RecordingCanvas(canvas), picture = fixed.canvas.captureStream(30);
    const stopPicture = () => {
      fixed.stop();
      picture.getTracks().forEach((track) => track.stop());
    };
    if (!sound) return new Recorder(new MediaRecorder(picture, options), extension, stopPicture);
    let microphone: MediaStream;
    try {
      microphone = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: true, ...(sound.microphone !== undefined && { deviceId: { ideal: sound.microphone } }) },
      });
    } catch (error) {
      stopPicture();
      throw error;
    }
    const context = new AudioContext();
    await context.resume();
    const delay = context.createDelay(MAX_DELAY), out = context.createMediaStreamDestination();
    delay.delayTime.value = Math.min(MAX_DELAY, Math.max(0, latency));
    context.createMediaStreamSource(microphone).connect(delay).connect(out);
    const both = new MediaStream([...picture.getVideoTracks(), ...out.stream.getAudioTracks()]);
    const release = () => {
      stopPicture();
      microphone.getTracks().forEach((track) => track.stop());
      void context.close();
    };
    return new Recorder(new MediaRecorder(both, options), extension, release, context, delay);
  }

  /** The picture's lag changed, seconds: the sound follows slowly, too slowly to be heard. */
  setLatency(latency: number): void {
    if (this.#delay && this.#context && Number.isFinite(latency)) {
      this.#delay.delayTime.setTargetAtTime(Math.min(MAX_DELAY, Math.max(0, latency)), this.#context.currentTime, 5);
    }
  }

  /** Milliseconds that are recorded. */
  get length(): number {
    return this.#recorded + (this.#since === undefined ? 0 : performance.now() - this.#since);
  }

  /** Records nothing until {@link resume}: picture and sound go on where they stopped. */
  pause(): void {
    if (this.#media.state !== "recording") return;
    this.#media.pause();
    this.#recorded = this.length;
    this.#since = undefined;
  }

  resume(): void {
    if (this.#media.state !== "paused") return;
    this.#media.resume();
    this.#since = performance.now();
  }

  /** Ends, and hands over what was recorded, marked as synthetic. */
  stop(): Promise<Recording> {
    const { length } = this;
    return new Promise((resolve, reject) => {
      this.#media.onstop = () => {
        this.#release();
        const type = this.#media.mimeType;
        new Blob(this.#parts).arrayBuffer().then((buffer) => {
          const bytes = new Uint8Array(buffer);
          resolve({ file: new Blob([this.#extension === "webm" ? markWebm(bytes, length / 1000) : markMp4(bytes)], { type }), extension: this.#extension });
        }).catch(reject);
      };
      this.#media.stop();
    });
  }
}

/** Saves a file as a browser does. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A name for what is saved now, as `reenact-2026-11-24-10-15-00.png`. */
export function fileName(extension: string): string {
  const now = new Date();
  const parts = [now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()].map((n) => String(n).padStart(2, "0"));
  return `reenact-${now.getFullYear()}-${parts.join("-")}.${extension}`;
}

import { announce, byId, label, toast } from "./elements.js";
import { download, fileName, Recorder } from "./recorder.js";
import { markPng } from "./mark-png.js";

/** Saves what is shown: single pictures, and recordings. */
export class Saver {
  readonly #canvas: HTMLCanvasElement;
  #recorder: Recorder | undefined;
  #starting = false;
  /** Times that no pictures came while it recorded, and whether that is so now. */
  #outages = 0;
  #outage = false;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get recording(): boolean {
    return this.#recorder !== undefined;
  }

  /** Saves the picture of now as PNG. */
  async snapshot(): Promise<void> {
    const picture = await new Promise<Blob | null>((resolve) => this.#canvas.toBlob(resolve, "image/png"));
    if (!picture) return toast("This browser cannot make a picture file.");
    download(new Blob([markPng(new Uint8Array(await picture.arrayBuffer()))], { type: "image/png" }), fileName("png"));
    announce("The snapshot is saved.");
  }

  /** The picture's lag, milliseconds. */
  setLatency(latency: number): void {
    this.#recorder?.setLatency(latency / 1000);
  }

  /** Whether pictures come: while none do nothing is recorded. */
  noticeOutage(outage: boolean): void {
    if (outage === this.#outage) return;
    this.#outage = outage;
    if (!this.#recorder) return;
    if (outage) {
      this.#outages++;
      this.#recorder.pause();
      announce("The recording waits for pictures.");
    } else this.#recorder.resume();
    this.#tick();
  }

  /** Begins to record, or ends and saves. @param latency the picture's lag, milliseconds */
  async toggle(sound: false | { readonly microphone: string | undefined }, latency: number): Promise<void> {
    if (this.#starting) return;
    if (this.#recorder) return this.#stop(this.#recorder);
    this.#starting = true;
    try {
      this.#recorder = await Recorder.start(this.#canvas, sound, Number.isFinite(latency) ? latency / 1000 : 0);
    } catch (error) {
      const denied = (error as DOMException).name === "NotAllowedError";
      return toast(denied ? "The browser was told not to give this page the microphone: allow it, or record without." : `Recording does not work here (${(error as Error).message}).`);
    } finally {
      this.#starting = false;
    }
    this.#outages = 0;
    this.#clock = setInterval(() => this.#tick(), 250);
    this.#tick();
    this.#show(true);
    announce("Recording.");
  }

  async #stop(recorder: Recorder): Promise<void> {
    this.#recorder = undefined;
    clearInterval(this.#clock);
    this.#show(false);
    const { file, extension } = await recorder.stop();
    download(file, fileName(extension));
    const breaks = this.#outages === 0 ? "" : ` Pictures stopped ${this.#outages === 1 ? "once" : `${this.#outages} times`} meanwhile: it leaves those gaps out.`;
    if (breaks === "") announce("The recording is saved.");
    else toast(`The recording is saved.${breaks}`, "note");
  }

  #tick(): void {
    const seconds = Math.floor((this.#recorder?.length ?? 0) / 1000);
    byId("recording-time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}${this.#outage ? " – waiting for pictures" : ""}`;
    byId("recording-badge").classList.toggle("paused", this.#outage);
  }

  #show(recording: boolean): void {
    byId("recording-badge").hidden = !recording;
    byId("record").setAttribute("aria-pressed", String(recording));
    label(byId("record"), recording ? "Stop" : "Record");
  }
}

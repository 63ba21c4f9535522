import type { OutgoingFrame } from "../../client/index.js";
import type { CameraFrame } from "./camera.js";
import type { Seen } from "./face-watch.js";
import type { GrabReply, GrabRequest } from "./grab-messages.js";

/** A frame that is ready to be sent, and how long that took. */
export interface GrabbedFrame extends OutgoingFrame {
  /** Milliseconds of work in the worker. */
  readonly took: number;
  readonly seen: Seen;
}

/** Pictures in the worker: one is looked at while the one before is encoded. A third would only wait: as many come back, each later. */
const MOST = 2;

/** Hands the camera's pictures to a worker, which makes frames of them and hands them back in order. */
export class Grabber {
  readonly #worker: Worker;
  readonly #onFrame: (frame: GrabbedFrame) => void;
  #inWork = 0;
  #setUp: ((ready: { aligns: boolean; why?: string }) => void) | undefined;

  constructor(onFrame: (frame: GrabbedFrame) => void) {
    this.#onFrame = onFrame;
    this.#worker = new Worker(new URL("./grab-worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<GrabReply>) => this.#receive(data);
    this.#worker.onerror = (event) => this.#receive({ kind: "failed", why: event.message });
  }

  /** Whether it has as many pictures as it may. */
  get busy(): boolean {
    return this.#inWork >= MOST;
  }

  /** Pictures that it was given and has made nothing of yet. */
  get inWork(): number {
    return this.#inWork;
  }

  /** Until this is done, and where it fails, whole pictures are sent. @param model where MediaPipe's model is served; null: there is none */
  setUp(model: string | null): Promise<{ aligns: boolean; why?: string }> {
    this.#post({ kind: "setup", model });
    return new Promise((resolve) => { this.#setUp = resolve; });
  }

  /** Takes the camera's picture of now. @param time when it was captured, milliseconds of `performance.now()` */
  async grab(frame: CameraFrame, time: number, options: Pick<GrabRequest & { kind: "grab" }, "mirror" | "whole" | "raw" | "spare">): Promise<void> {
    this.#inWork++;
    try {
      const picture = await pictureOf(frame);
      this.#post({ kind: "grab", picture, time, ...options }, [picture]);
    } catch {
      this.#inWork--; // the camera was stopped in between
    }
  }

  #post(request: GrabRequest, transfer: Transferable[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  #receive(reply: GrabReply): void {
    if (reply.kind !== "ready") this.#inWork = Math.max(0, this.#inWork - 1);
    if (reply.kind === "grabbed") this.#onFrame({ content: reply.content, data: new Uint8Array(reply.data), time: reply.time, took: reply.took, seen: reply.seen });
    else if (reply.kind === "ready") this.#setUp?.(reply);
    else console.warn(`The grabbing worker failed: ${reply.why}`);
  }
}

/** The camera's picture of now, which can change threads: itself where the browser can, so that it is copied there alone. */
function pictureOf(frame: CameraFrame): VideoFrame | Promise<ImageBitmap> {
  if (!("VideoFrame" in globalThis)) return createImageBitmap(frame);
  return new VideoFrame(frame);
}

import { readsHidden, readTrack } from "./track-frames.js";

/** A frame of the camera: what shows it, or itself. */
export type CameraFrame = HTMLVideoElement | VideoFrame;

/** The camera, shown in a video element, and its frames one by one. */
export class Camera {
  readonly #video: HTMLVideoElement;
  readonly #onFrame: (frame: CameraFrame, capturedAt: number) => Promise<unknown>;
  #stream: MediaStream | undefined;
  #opening = 0;
  /** Ends the reading of a hidden page. */
  #hidden: AbortController | undefined;

  /** @param onFrame is called for every frame, with its time of capture in milliseconds of `performance.now()` */
  constructor(video: HTMLVideoElement, onFrame: (frame: CameraFrame, capturedAt: number) => Promise<unknown>) {
    this.#video = video;
    this.#onFrame = onFrame;
    document.addEventListener("visibilitychange", () => this.#readHidden());
  }

  get running(): boolean {
    return this.#stream !== undefined;
  }

  /** The camera in use, as {@link cameras} lists it. */
  get deviceId(): string | undefined {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
  }

  /** Opens a camera, the system's own choice when none is named. @param onEnd it was unplugged or taken away */
  async start(deviceId: string | undefined, onEnd: () => void): Promise<void> {
    const mine = ++this.#opening;
    if (!navigator.mediaDevices) throw new DOMException("no camera in this page", "SecurityError");
    const open = (which: MediaTrackConstraints) => navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, ...which },
    });
    const any = { facingMode: "user" };
    const stream = await (deviceId ? open({ deviceId: { exact: deviceId } }).catch((error: DOMException) => {
      if (error.name === "OverconstrainedError") return open(any); // it was chosen once and is not there any more
      throw error;
    }) : open(any));
    if (mine !== this.#opening) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.stop();
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      if (this.#stream !== stream) return;
      this.stop();
      onEnd();
    });
    this.#video.srcObject = stream;
    await this.#video.play();
    this.#next(stream);
    this.#readHidden();
  }

  /** Gives the camera back. */
  stop(): void {
    this.#opening++;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#video.srcObject = null;
    this.#readHidden();
  }

  /** While the page is hidden its video element stands still: then the camera itself is read. */
  #readHidden(): void {
    this.#hidden?.abort();
    this.#hidden = undefined;
    const stream = this.#stream;
    if (!stream || !document.hidden || !readsHidden) return;
    const hidden = this.#hidden = new AbortController();
    readTrack(stream.getVideoTracks()[0], hidden.signal, (frame) => this.#onFrame(frame, performance.now())).catch(() => {}); // the camera was taken away
  }

  #next(stream: MediaStream): void {
    const frame = (now: number, capturedAt: number | undefined) => {
      if (this.#stream !== stream) return;
      // A camera that tells when it captured a frame may use a clock of its own: then the frame counts from now.
      const known = capturedAt !== undefined && capturedAt <= now && now - capturedAt < 1000;
      if (!this.#hidden) void this.#onFrame(this.#video, known ? capturedAt : now);
      this.#next(stream);
    };
    if ("requestVideoFrameCallback" in this.#video) this.#video.requestVideoFrameCallback((_, { captureTime }) => frame(performance.now(), captureTime));
    else requestAnimationFrame(() => frame(performance.now(), undefined));
  }
}

/** The cameras that there are; their names are known once one was allowed. */
export async function cameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices?.enumerateDevices() ?? [];
  return devices.filter(({ kind }) => kind === "videoinput");
}

/** Whether the browser will ask the person before it opens a camera; false also where it does not tell. */
export async function asksForCamera(): Promise<boolean> {
  const status = await navigator.permissions?.query({ name: "camera" as PermissionName }).catch(() => undefined);
  return status?.state === "prompt";
}

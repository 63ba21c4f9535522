import { Content, LIVE_PATH, LiveClient, ReenactError, type LiveResult, type LiveState, type PhotoInfo } from "../../client/index.js";
import { Camera, cameras, describeCameraError } from "./camera.js";
import { announce, byId, label, toast } from "./elements.js";
import { FiguresView } from "./figures-view.js";
import { Grabber, type GrabbedFrame } from "./grabber.js";
import type { PageOptions } from "./page-options.js";
import { acceptPhotos } from "./photo-picker.js";
import { ResultView } from "./result-view.js";
import { Saver } from "./saver.js";
import { bindControls, type Controls } from "./controls.js";

/** Milliseconds between two looks at the figures. */
const FIGURES_EVERY = 500;

/** Milliseconds for finding the face, on average, beyond which the server had better do it: this machine is too slow for it. */
const TOO_SLOW = 90;
/** The first faces found are slow anywhere: MediaPipe sets itself up with them. */
const SETTLING = 5;

/** The page: camera → grabber → client → picture. */
export class LivePage {
  /** The session, for scripts. */
  readonly client: LiveClient;
  readonly #options: PageOptions;
  readonly #server: { readonly token: boolean; readonly landmarkModel: string | null };
  readonly #view = new ResultView(byId("result", HTMLCanvasElement), byId("stage"));
  readonly #camera = new Camera(byId("camera", HTMLVideoElement), (video, capturedAt) => this.#onCameraFrame(video, capturedAt));
  readonly #grabber = new Grabber((frame) => this.#send(frame));
  readonly #saver = new Saver(this.#view.canvas);
  readonly #controls: Controls;
  #photo: PhotoInfo | undefined;
  /** Whether the worker finds faces, and how long that takes on average, milliseconds. */
  #aligns = false;
  #aligned = 0;
  #alignTime = 0;
  #live = false;
  #refused: string | undefined;

  constructor(options: PageOptions, server: { readonly token: boolean; readonly landmarkModel: string | null }) {
    this.#options = options;
    this.#server = server;
    document.body.classList.toggle("clean", options.clean);
    this.#view.marked = options.mark;
    const url = new URL(LIVE_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.client = new LiveClient(url.href, {
      token: options.token, settings: { view: options.view, strength: options.strength },
      onResult: (result) => this.#show(result),
      onStill: (jpeg) => void this.#showStill(jpeg),
      onState: (state, why) => this.#onState(state, why),
      onError: (error) => toast(error.message),
    });
    this.#controls = bindControls(options, {
      power: () => (this.#camera.running ? this.#stopCamera() : void this.#startCamera()),
      snapshot: () => void this.#saver.snapshot(),
      record: () => void this.#saver.toggle(byId("sound", HTMLInputElement).checked, this.client.figures.p50),
      full: () => void (document.fullscreenElement ? document.exitFullscreen() : byId("stage").requestFullscreen()).catch(() => toast("This browser has no full screen.")),
      camera: () => { if (this.#camera.running) void this.#startCamera(); },
      settings: (settings) => this.client.update(settings),
      mirror: (on) => byId("inset").classList.toggle("mirrored", on),
      mark: (on) => {
        this.#view.marked = on;
        this.#view.redraw();
      },
    });
    acceptPhotos((file) => void this.#usePhoto(file));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.client.pause() : this.client.resume()));
  }

  /** Connects, asks for the camera, and lets the photo live. */
  async start(): Promise<void> {
    if (this.#server.token && this.#options.token === undefined) {
      this.#refused = "This server wants a token: open the whole URL that it printed, with the part behind #.";
      return this.#update();
    }
    const figures = new FiguresView();
    setInterval(() => {
      const now = this.client.figures;
      if (!document.hidden) figures.show(now, this.#aligns ? this.#alignTime : undefined);
      this.#saver.setLatency(now.p50);
      const live = this.#camera.running && now.fpsOut > 0;
      if (live !== this.#live) {
        this.#live = live;
        this.#update();
      }
    }, FIGURES_EVERY);
    this.client.connect().then(({ photo }) => {
      this.#photo ??= photo ?? undefined;
      this.#update();
    }, () => undefined); // told by `onState`
    const [{ aligns, why }] = await Promise.all([this.#grabber.setUp(this.#server.landmarkModel), this.#startCamera()]);
    this.#aligns = aligns;
    if (why !== undefined) console.warn(`MediaPipe does not run in this browser, so the server finds the face: ${why}`);
  }

  #onCameraFrame(video: HTMLVideoElement, time: number): void {
    if (!this.#photo || document.hidden || !this.client.mayOffer()) return;
    if (this.#grabber.busy) return this.client.noteDrop("encoder");
    // Where the driver is shown, whole pictures have to travel.
    void this.#grabber.grab(video, time, { mirror: byId("mirror", HTMLInputElement).checked, whole: !this.#aligns || this.client.settings.view === "side-by-side" });
  }

  #send(frame: GrabbedFrame): void {
    this.client.send(frame);
    if (isWhole(frame)) return;
    if (++this.#aligned <= SETTLING) return;
    this.#alignTime += 0.1 * (Math.min(frame.took, 3 * TOO_SLOW) - this.#alignTime); // a hiccup alone decides nothing
    if (this.#alignTime > TOO_SLOW) this.#aligns = false;
  }

  async #show(result: LiveResult): Promise<boolean> {
    const shown = await this.#view.show(result.jpeg);
    if (shown) window.dispatchEvent(new CustomEvent("reenact:result", { detail: result }));
    return shown;
  }

  async #showStill(jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#live) await this.#view.show(jpeg);
    const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
    const thumb = byId("thumb", HTMLCanvasElement), context = thumb.getContext("2d")!;
    // Beside the driver the photo is on the right.
    const width = Math.min(picture.width, this.#photo?.width ?? picture.width), side = Math.min(width, picture.height);
    context.drawImage(picture, picture.width - width + (width - side) / 2, (picture.height - side) / 3, side, side, 0, 0, thumb.width, thumb.height);
    picture.close();
  }

  async #usePhoto(file: File): Promise<void> {
    const hint = byId("photo-hint");
    hint.textContent = `Looking at ${file.name} …`;
    try {
      const info = await this.client.setPhoto(new Uint8Array(await file.arrayBuffer()));
      this.#photo = info;
      hint.textContent = [`${file.name}, ${info.width}×${info.height}.`, ...info.notes].join(" ");
      announce("The new photo is in use.");
    } catch (error) {
      if (error instanceof ReenactError && error.code === "ABORTED") return;
      hint.textContent = "Or drop one on the page. One face, from the front.";
      toast((error as Error).message);
    }
    this.#update();
  }

  async #startCamera(): Promise<void> {
    const wanted = this.#controls.camera;
    try {
      await this.#camera.start(wanted, () => {
        toast("The camera was taken away.");
        this.#update();
      });
      const list = await cameras();
      const named = this.#options.camera && !wanted ? list.find(({ label: name }) => name.toLowerCase().includes(this.#options.camera!.toLowerCase())) : undefined;
      if (named && named.deviceId !== this.#camera.deviceId) {
        this.#controls.listCameras(list, named.deviceId);
        return void await this.#startCamera();
      }
      this.#controls.listCameras(list, this.#camera.deviceId);
      this.#update();
    } catch (error) {
      this.#update(describeCameraError(error));
    }
  }

  #stopCamera(): void {
    this.#camera.stop();
    if (this.#saver.recording) void this.#saver.toggle(false, 0);
    this.#update();
  }

  #onState(state: LiveState, why: ReenactError | undefined): void {
    if (state === "closed" && why) this.#refused = why.message;
    this.#update();
  }

  /** Brings what the page says in line with what is so. @param trouble why there is no camera */
  #update(trouble?: string): void {
    const { state } = this.client, { running } = this.#camera;
    const [dot, text] = this.#refused !== undefined ? ["failed", "Refused"] as const
      : state === "waiting" ? ["waiting", "Connection lost, trying again"] as const
        : state !== "open" ? ["waiting", state === "asleep" ? "Asleep" : "Connecting"] as const
          : !this.#photo ? ["ready", "Choose a photo"] as const
            : this.#live ? ["live", "Live"] as const
              : ["ready", running ? "Starting" : "Ready"] as const;
    const status = byId("status");
    if (byId("status-text").textContent !== text) announce(text);
    status.dataset.state = dot;
    byId("status-text").textContent = text;
    byId("inset").hidden = !running || this.#options.clean;
    const power = byId("power");
    power.setAttribute("aria-pressed", String(running));
    label(power, running ? "Stop camera" : "Start camera");
    for (const id of ["snapshot", "record"]) byId(id, HTMLButtonElement).disabled = !this.#live && !this.#saver.recording;
    const invitation = this.#refused ?? (this.#photo || state !== "open" ? trouble : "Choose a photo of a face. Your camera brings it to life.");
    byId("invite").hidden = this.#live || (running && invitation === undefined);
    byId("invite-text").textContent = invitation ?? "Your camera brings this photo to life.";
    const button = byId("invite-button");
    button.hidden = this.#refused !== undefined;
    label(button, this.#photo ? (trouble === undefined ? "Start camera" : "Try again") : "Choose photo");
    button.dataset.does = this.#photo ? "power" : "photo";
  }
}

function isWhole({ content }: GrabbedFrame): boolean {
  return content === Content.jpegPicture || content === Content.webpPicture;
}

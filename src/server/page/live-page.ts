import { CLOSE, Content, LIVE_PATH, LiveClient, ReenactError, type LiveResult, type PhotoInfo } from "../../client/index.js";
import { Camera, cameras, describeCameraError } from "./camera.js";
import { bindControls, type Controls } from "./controls.js";
import { announce, byId, endToast, label, toast } from "./elements.js";
import { FaceWatch } from "./face-watch.js";
import { FiguresView } from "./figures-view.js";
import { Grabber, type GrabbedFrame } from "./grabber.js";
import { noticeFor, type Notice } from "./notice.js";
import type { PageOptions } from "./page-options.js";
import { PhotoPanel } from "./photo-panel.js";
import { acceptPhotos } from "./photo-picker.js";
import { ResultView } from "./result-view.js";
import { Saver } from "./saver.js";
import { StageNotice } from "./stage-notice.js";

/** Milliseconds between two looks at the figures, and at what there is to say. */
const FIGURES_EVERY = 500, LOOK_EVERY = 200;

/** Milliseconds for finding the face, on average, beyond which the server had better do it: this machine is too slow for it. */
const TOO_SLOW = 90;
/** The first faces found are slow anywhere: MediaPipe sets itself up with them. */
const SETTLING = 5;

/** What `/page.json` says. */
export interface PageFacts {
  readonly token: boolean;
  readonly landmarkModel: string | null;
}

/** The page: camera → grabber → client → picture. */
export class LivePage {
  /** The session, for scripts. */
  readonly client: LiveClient;
  readonly #options: PageOptions;
  readonly #server: PageFacts;
  readonly #view = new ResultView(byId("result", HTMLCanvasElement), byId("stage"));
  readonly #camera = new Camera(byId("camera", HTMLVideoElement), (video, capturedAt) => this.#onCameraFrame(video, capturedAt));
  readonly #grabber = new Grabber((frame) => this.#send(frame));
  readonly #saver = new Saver(this.#view.canvas);
  readonly #watch = new FaceWatch();
  readonly #notice = new StageNotice((action) => this.#act(action));
  readonly #panel = new PhotoPanel((face) => this.client.update({ face }));
  readonly #controls: Controls;
  #photo: PhotoInfo | undefined;
  /** Why there is no camera. */
  #trouble: string | undefined;
  /** Whether the worker finds faces, and how long that takes on average, milliseconds. */
  #aligns = false;
  #aligned = 0;
  #alignTime = 0;
  #refused: string | undefined;

  constructor(options: PageOptions, server: PageFacts) {
    this.#options = options;
    this.#server = server;
    document.body.classList.toggle("clean", options.clean);
    const url = new URL(LIVE_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.client = new LiveClient(url.href, {
      token: options.token, settings: { view: options.view, strength: options.strength },
      onResult: (result) => this.#show(result),
      onStill: (jpeg) => void this.#showStill(jpeg),
      onPhoto: (info) => {
        this.#photo = info;
        this.#panel.use(info);
        this.#look();
      },
      onState: (state, why) => {
        if (state === "closed" && why) this.#refused = this.client.lost?.code === CLOSE.token ? "This page's token is not the server's: open the URL that the server printed when it was started last." : why.message;
        this.#look();
      },
      onError: (error) => toast(error.message),
    });
    this.#controls = bindControls(options, {
      power: () => (this.#camera.running ? this.#stopCamera() : void this.#startCamera()),
      snapshot: () => void this.#saver.snapshot(),
      record: () => void this.#saver.toggle(byId("sound", HTMLInputElement).checked, this.client.figures.p50),
      full: () => void (document.fullscreenElement ? document.exitFullscreen() : byId("stage").requestFullscreen()).catch(() => toast("This browser has no full screen.")),
      camera: () => { if (this.#camera.running) void this.#startCamera(); },
      settings: (settings) => this.#change(settings),
      mirror: (on) => byId("inset").classList.toggle("mirrored", on),
      mark: (on) => {
        this.#view.marked = on;
        this.#view.redraw();
      },
    });
    this.#change({ view: options.view });
    acceptPhotos((file) => void this.#usePhoto(file));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.client.pause() : this.client.resume()));
  }

  /** Connects, asks for the camera, and lets the photo live. */
  async start(): Promise<void> {
    setInterval(() => this.#look(), LOOK_EVERY);
    if (this.#server.token && this.#options.token === undefined) {
      this.#refused = "This server wants a token: open the whole URL that it printed, with the part behind #.";
      return this.#look();
    }
    const figures = new FiguresView();
    setInterval(() => {
      const now = this.client.figures;
      if (!document.hidden) figures.show(now, this.#aligns ? this.#alignTime : undefined);
      this.#saver.setLatency(now.p50);
    }, FIGURES_EVERY);
    this.client.connect().catch(() => undefined); // told by `onState`
    const [{ aligns, why }] = await Promise.all([this.#grabber.setUp(this.#server.landmarkModel), this.#startCamera()]);
    this.#aligns = aligns;
    if (why !== undefined) console.warn(`MediaPipe does not run in this browser, so the server finds the face: ${why}`);
  }

  get #live(): boolean {
    return this.#camera.running && this.client.state === "open" && this.client.figures.fpsOut > 0;
  }

  #onCameraFrame(video: HTMLVideoElement, time: number): void {
    if (!this.#photo || document.hidden || !this.client.mayOffer()) return;
    if (this.#grabber.busy) return this.client.noteDrop("encoder");
    // Where the driver is shown, whole pictures have to travel.
    void this.#grabber.grab(video, time, { mirror: byId("mirror", HTMLInputElement).checked, whole: !this.#aligns || this.client.settings.view === "side-by-side" });
  }

  #send(frame: GrabbedFrame): void {
    this.client.send(frame);
    this.#watch.note(frame.seen);
    if (frame.content === Content.jpegPicture || frame.content === Content.webpPicture) return;
    if (++this.#aligned <= SETTLING) return;
    this.#alignTime += 0.1 * (Math.min(frame.took, 3 * TOO_SLOW) - this.#alignTime); // a hiccup alone decides nothing
    if (this.#alignTime > TOO_SLOW) this.#aligns = false;
  }

  #change(settings: Parameters<LiveClient["update"]>[0]): void {
    this.client.update(settings);
    if (settings.view === undefined) return;
    // The camera's picture is in that view already; and what is synthetic of it is its right part.
    byId("stage").dataset.view = settings.view;
    this.#look();
  }

  async #show(result: LiveResult): Promise<boolean> {
    this.#watch.answered(result.face, performance.now());
    const beside = this.client.settings.view === "side-by-side" && this.#photo ? Math.max(0, result.width - Math.round((this.#photo.width * result.height) / this.#photo.height)) : 0;
    const shown = await this.#view.show(result.jpeg, beside);
    if (shown) window.dispatchEvent(new CustomEvent("reenact:result", { detail: result }));
    return shown;
  }

  async #showStill(jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#live) await this.#view.show(jpeg);
    await this.#panel.show(jpeg);
  }

  async #usePhoto(file: File): Promise<void> {
    this.#panel.looking(file.name);
    try {
      await this.client.setPhoto(new Uint8Array(await file.arrayBuffer()));
      endToast();
      announce("The new photo is in use.");
    } catch (error) {
      if (error instanceof ReenactError && error.code === "ABORTED") return;
      this.#panel.failed();
      toast((error as Error).message);
    }
  }

  async #startCamera(): Promise<void> {
    const wanted = this.#controls.camera;
    this.#watch.reset();
    try {
      await this.#camera.start(wanted, () => {
        toast("The camera was taken away.");
        this.#stopCamera();
      });
      this.#trouble = undefined;
      endToast();
      const list = await cameras();
      const named = this.#options.camera && !wanted ? list.find(({ label: name }) => name.toLowerCase().includes(this.#options.camera!.toLowerCase())) : undefined;
      this.#controls.listCameras(list, (named ?? { deviceId: this.#camera.deviceId }).deviceId);
      if (named && named.deviceId !== this.#camera.deviceId) return void await this.#startCamera();
    } catch (error) {
      this.#trouble = describeCameraError(error);
    }
    this.#look();
  }

  #stopCamera(): void {
    this.#camera.stop();
    if (this.#saver.recording) void this.#saver.toggle(false, 0);
    this.#watch.reset();
    this.#look();
  }

  #act(action: NonNullable<Notice["action"]>): void {
    if (action === "camera") void this.#startCamera();
    else if (action === "photo") byId("choose-photo").click();
    else if (action === "retry") this.client.retry();
    else location.reload();
  }

  /** Brings what the page says in line with what is so. */
  #look(): void {
    const { state, lost, retryIn } = this.client, { running } = this.#camera, live = this.#live;
    const notice = noticeFor({
      state, lost, retryIn, refused: this.#refused, photo: this.#photo !== undefined, camera: running, trouble: this.#trouble, live, paused: this.client.settings.paused === true,
    });
    const { advice, blind } = this.#watch;
    this.#notice.show(live && blind ? { dot: "waiting", status: "No face" } : notice);
    this.#notice.advise(live ? advice : undefined);
    this.#saver.noticeOutage(!live);
    byId("inset").hidden = !running || this.#options.clean;
    const power = byId("power");
    if (power.getAttribute("aria-pressed") !== String(running)) {
      power.setAttribute("aria-pressed", String(running));
      label(power, running ? "Stop camera" : "Start camera");
    }
    for (const id of ["snapshot", "record"]) byId(id, HTMLButtonElement).disabled = !live && !this.#saver.recording;
  }
}

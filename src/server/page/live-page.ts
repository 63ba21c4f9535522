import { CLOSE, Content, LIVE_PATH, LiveClient, type LiveResult, type LiveSettings } from "../../client/index.js";
import { asksForCamera, Camera, type CameraFrame, cameras } from "./camera.js";
import { CAMERA_GONE, describeCameraError, type CameraTrouble } from "./camera-trouble.js";
import { bindControls, type Controls } from "./controls.js";
import { DriverPanel } from "./driver-panel.js";
import { byId, endToast, label, toast } from "./elements.js";
import { FaceWatch } from "./face-watch.js";
import { FiguresView } from "./figures-view.js";
import { framesUnderWay } from "./frames-under-way.js";
import { Grabber, type GrabbedFrame } from "./grabber.js";
import { noticeFor, type Notice, type Situation } from "./notice.js";
import { OutputPanel } from "./output-panel.js";
import type { PageOptions } from "./page-options.js";
import { Photos } from "./photos.js";
import { ResultView } from "./result-view.js";
import { Saver } from "./saver.js";
import { SmallWindow } from "./small-window.js";
import { SoundSwitch } from "./sound-switch.js";
import { SpareLooks } from "./spare-looks.js";
import { StageNotice } from "./stage-notice.js";
import { viewKey } from "./view-address.js";

/** Milliseconds between two looks at the figures, and at what there is to say. */
const FIGURES_EVERY = 500, LOOK_EVERY = 200;
/** Milliseconds for which a picture that was shown counts as a live one. */
const LIVE_FOR = 3000;

/**
 * Milliseconds for finding the face, on average, beyond which the server had better do it: this machine is too slow for it. A server on this
 * very machine is as slow, and whole pictures cost more on the way.
 */
const LOCAL = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname), TOO_SLOW = LOCAL ? Infinity : 90;
/** What a single picture counts at most: a hiccup alone decides nothing. */
const SLOWEST = 270;
/** The first faces found are slow anywhere: MediaPipe sets itself up with them. */
const SETTLING = 5;
/** Milliseconds of every second: who looks for faces for so long can hardly do more. */
const MUCH = 700;
/** A machine that is too slow now may be busy: milliseconds until it is tried again, twice as many the next time. */
const TRY_AGAIN = 20_000;

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
  readonly #camera = new Camera(byId("camera", HTMLVideoElement), (frame, capturedAt) => this.#onCameraFrame(frame, capturedAt));
  readonly #grabber = new Grabber((frame) => this.#send(frame));
  readonly #saver = new Saver(this.#view.canvas);
  readonly #window = new SmallWindow(this.#view.canvas, (open) => {
    byId("window").setAttribute("aria-pressed", String(open));
    this.#pause(this.#paused);
  });
  readonly #watch = new FaceWatch();
  readonly #notice = new StageNotice((action) => this.#act(action));
  readonly #photos = new Photos(() => this.client);
  readonly #driver: DriverPanel;
  readonly #controls: Controls;
  readonly #sound = new SoundSwitch(() => this.client, () => this.#controls.microphone, () => this.#controls.listMicrophones());
  /** Whether the person wants a pause; a hidden page takes one by itself. */
  #paused = false;
  /** Why there is no camera. */
  #trouble: CameraTrouble | undefined;
  #opening: Situation["opening"];
  /** Whether the worker can find faces, from when on it does, and how long that takes on average, milliseconds. */
  #able = false;
  #alignsFrom = 0;
  #pauseFor = TRY_AGAIN;
  #aligned = 0;
  #alignTime = 0;
  #refused: string | undefined;
  /** When the last picture was shown, milliseconds of `performance.now()`. */
  #shownAt = -Infinity;
  /** Frames that may be between the camera and the screen. */
  #mostUnderWay = 2;
  readonly #spareLooks = new SpareLooks();
  /** Whether the face is looked for at every second picture only. */
  #spare = false;

  constructor(options: PageOptions, server: PageFacts) {
    this.#options = options;
    this.#server = server;
    document.body.classList.toggle("clean", options.clean);
    const url = new URL(LIVE_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.#driver = new DriverPanel(options.driver, (changes) => this.client.update(changes));
    const key = viewKey();
    this.client = new LiveClient(url.href, {
      token: options.token, viewKey: key, settings: { view: options.view, ...this.#driver.settings },
      onResult: (result) => this.#show(result),
      onStill: (jpeg, beside) => void this.#showStill(jpeg, beside),
      onPhoto: (info) => {
        this.#photos.found(info);
        this.#look();
      },
      onRest: (rest) => this.#driver.learn(rest),
      onSettings: (changes) => this.#accept(changes),
      onState: (state, why) => {
        if (state === "closed" && why) this.#refused = this.client.lost?.code === CLOSE.token ? "This page's token is not the server's: open the URL that the server printed when it was started last." : why.message;
        this.#look();
      },
      onError: (error) => toast(error.message),
    });
    this.#controls = bindControls(options, {
      power: () => (this.#camera.running ? this.#stopCamera() : void this.#startCamera()),
      snapshot: () => void this.#saver.snapshot(),
      record: () => void this.#record(),
      pause: () => this.#pause(!this.#paused),
      neutral: () => this.#driver.takeNeutral(),
      photo: (number) => this.#photos.choose(number),
      inset: () => this.#look(),
      window: () => void this.#window.toggle(),
      full: () => void (document.fullscreenElement ? document.exitFullscreen() : byId("stage").requestFullscreen()).catch(() => toast("This browser has no full screen.")),
      camera: () => { if (this.#camera.running) void this.#startCamera(); },
      view: (view) => this.#setView(view),
      mirror: (on) => byId("inset").classList.toggle("mirrored", on),
      mark: (on) => {
        this.#view.marked = on;
        this.#view.redraw();
      },
    });
    this.#setView(options.view);
    new OutputPanel(options, key, (layout) => {
      this.#view.layout = layout;
      this.#view.redraw();
    });
    byId("window").hidden = !SmallWindow.possible;
    document.addEventListener("visibilitychange", () => this.#pause(this.#paused));
    navigator.mediaDevices?.addEventListener("devicechange", () => void cameras().then((list) => this.#controls.listCameras(list, this.#camera.deviceId)));
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
      this.#mostUnderWay = framesUnderWay(LOCAL, now);
      // A server on this machine has what this page does not take.
      this.#spare = this.#spareLooks.next(now, LOCAL || this.#alignTime * now.fpsIn > MUCH, performance.now());
      if (!document.hidden) figures.show(now, this.#aligns ? this.#alignTime : undefined);
      this.#saver.setLatency(now.p50);
    }, FIGURES_EVERY);
    this.client.connect().catch(() => undefined); // told by `onState`
    const [{ aligns, why }] = await Promise.all([this.#grabber.setUp(this.#server.landmarkModel), this.#startCamera()]);
    this.#able = aligns;
    if (why !== undefined) console.warn(`MediaPipe does not run in this browser, so the server finds the face: ${why}`);
  }

  get #live(): boolean {
    return this.#camera.running && !this.#paused && this.client.state === "open" && performance.now() - this.#shownAt < LIVE_FOR;
  }

  async #onCameraFrame(frame: CameraFrame, time: number): Promise<void> {
    if (!this.#photos.info || this.#unseen || !this.client.mayOffer()) return;
    if (this.#grabber.busy) return this.client.noteDrop("encoder");
    if (this.#grabber.inWork + this.client.underWay >= this.#mostUnderWay) return this.client.noteDrop("window");
    // Where the driver is shown, whole pictures have to travel; a crop is made a file of only where it travels far.
    await this.#grabber.grab(frame, time, { mirror: byId("mirror", HTMLInputElement).checked, whole: !this.#aligns || this.client.settings.view === "side-by-side", raw: LOCAL, spare: this.#spare });
  }

  #send(frame: GrabbedFrame): void {
    this.client.send(frame);
    this.#watch.note(frame.seen);
    if (frame.content === Content.jpegPicture || frame.content === Content.webpPicture) return;
    if (++this.#aligned <= SETTLING) return;
    this.#alignTime += 0.1 * (Math.min(frame.took, SLOWEST) - this.#alignTime);
    if (this.#alignTime <= TOO_SLOW) return;
    this.#alignsFrom = performance.now() + this.#pauseFor;
    this.#pauseFor *= 2;
    this.#aligned = this.#alignTime = 0;
  }

  /** Whether faces are found in this page now. */
  get #aligns(): boolean {
    return this.#able && performance.now() >= this.#alignsFrom;
  }

  /** Somebody else has changed settings: the controls follow. */
  #accept(changes: Partial<LiveSettings>): void {
    this.#driver.accept(changes);
    if (changes.view !== undefined) {
      this.#controls.showView(changes.view);
      byId("stage").dataset.view = changes.view;
    }
    if (changes.paused !== undefined) this.#pause(changes.paused);
    this.#look();
  }

  #setView(view: LiveSettings["view"]): void {
    this.client.update({ view });
    // The camera's picture is in the view beside it already; and what is synthetic of that is its right part.
    byId("stage").dataset.view = view;
    this.#look();
  }

  /** Whether nobody sees the page, nor its small window. */
  get #unseen(): boolean {
    return document.hidden && !this.#window.open;
  }

  /** @param wanted by the person; a page that nobody sees takes a pause of its own */
  #pause(wanted: boolean): void {
    this.#paused = wanted;
    if (wanted || this.#unseen) this.client.pause();
    else this.client.resume();
    this.#look();
  }

  async #record(): Promise<void> {
    await this.#saver.toggle(byId("sound", HTMLInputElement).checked && { microphone: this.#controls.microphone }, this.client.figures.p50);
    this.#controls.listMicrophones();
  }

  async #show(result: LiveResult): Promise<boolean> {
    this.#watch.answered(result.face, performance.now());
    const shown = await this.#view.show(result.jpeg, result.beside);
    if (!shown) return false;
    this.#shownAt = performance.now();
    window.dispatchEvent(new CustomEvent("reenact:result", { detail: result }));
    return true;
  }

  async #showStill(jpeg: Uint8Array<ArrayBuffer>, beside: number): Promise<void> {
    if (!this.#live) await this.#view.show(jpeg, beside);
    await this.#photos.show(jpeg);
  }

  async #startCamera(): Promise<void> {
    const wanted = this.#controls.camera;
    this.#watch.reset();
    this.#opening = "starting";
    void asksForCamera().then((asks) => {
      if (asks && this.#opening) this.#opening = "asking";
      this.#look();
    });
    try {
      await this.#camera.start(wanted, () => {
        this.#trouble = CAMERA_GONE;
        this.#stopCamera();
      });
      this.#trouble = undefined;
      endToast();
      const list = await cameras();
      const named = this.#options.camera && !wanted ? list.find(({ label: name }) => name.toLowerCase().includes(this.#options.camera!.toLowerCase())) : undefined;
      this.#driver.use(this.#camera.deviceId);
      this.#controls.listCameras(list, (named ?? { deviceId: this.#camera.deviceId }).deviceId);
      if (named && named.deviceId !== this.#camera.deviceId) return void await this.#startCamera();
    } catch (error) {
      this.#trouble = describeCameraError(error, window.isSecureContext);
    } finally {
      this.#opening = undefined;
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
    else if (action === "resume") this.#pause(false);
    else location.reload();
  }

  /** Brings what the page says in line with what is so. */
  #look(): void {
    // A camera is on for a server that takes its pictures, not for one that refused for good.
    if (this.#refused !== undefined && this.#camera.running) this.#camera.stop();
    const { state, lost, retryIn } = this.client, { running } = this.#camera, live = this.#live;
    const notice = noticeFor({
      state, lost, retryIn, refused: this.#refused, photo: this.#photos.info !== undefined, camera: running, live, paused: this.#paused,
      trouble: this.#trouble, opening: running ? undefined : this.#opening,
    });
    const { advice, blind } = this.#watch;
    this.#notice.show(live && blind ? { dot: "waiting", status: "No face" } : notice);
    this.#notice.advise(live ? advice : undefined);
    this.#saver.noticeOutage(!live);
    this.#sound.look();
    byId("inset").hidden = !running || this.#options.clean || !byId("inset-on", HTMLInputElement).checked;
    const power = byId("power");
    if (power.getAttribute("aria-pressed") !== String(running)) {
      power.setAttribute("aria-pressed", String(running));
      label(power, running ? "Stop camera" : "Start camera");
    }
    const pause = byId("pause", HTMLButtonElement);
    pause.disabled = !running && !this.#paused;
    if (pause.getAttribute("aria-pressed") !== String(this.#paused)) {
      pause.setAttribute("aria-pressed", String(this.#paused));
      label(pause, this.#paused ? "Go on" : "Pause");
    }
    byId("neutral", HTMLButtonElement).disabled = !live;
    for (const id of ["snapshot", "record"]) byId(id, HTMLButtonElement).disabled = !live && !this.#saver.recording;
  }
}

import type { DriverRest, LiveSettings } from "../../client/index.js";
import { recallCamera, rememberCamera } from "./camera-memory.js";
import { completeDriverSettings, validDriverSettings, type DriverSettings } from "./driver-settings.js";
import { announce, byId } from "./elements.js";

/** The controls of how the photo follows its driver. What they say is kept for every camera by itself, with the driver's rest. */
export class DriverPanel {
  readonly #asked: Partial<DriverSettings>;
  readonly #update: (changes: Partial<LiveSettings>) => void;
  #settings: DriverSettings;
  #camera: string | undefined;
  #neutral = 0;

  /**
   * @param asked by the page's URL, which has the last word
   * @param update tells the server
   */
  constructor(asked: Partial<DriverSettings>, update: (changes: Partial<LiveSettings>) => void) {
    this.#asked = asked;
    this.#update = update;
    this.#settings = completeDriverSettings(asked);
    const input = (id: string, changes: (control: HTMLInputElement) => Partial<DriverSettings>) => {
      const control = byId(id, HTMLInputElement);
      control.addEventListener("input", () => this.#choose(changes(control)));
    };
    input("strength", ({ valueAsNumber }) => ({ strength: valueAsNumber }));
    input("head", ({ checked }) => ({ head: checked ? "follow" : "still" }));
    input("head-strength", ({ valueAsNumber }) => ({ headStrength: valueAsNumber }));
    input("gaze", ({ checked }) => ({ gaze: checked ? "follow" : "photo" }));
    const mode = byId("expression", HTMLSelectElement);
    mode.addEventListener("change", () => this.#choose({ expression: mode.value as DriverSettings["expression"] }));
    this.#show();
  }

  get settings(): DriverSettings {
    return this.#settings;
  }

  /** A camera is open: what was chosen before it counts again. */
  use(camera: string | undefined): void {
    if (camera === undefined || camera === this.#camera) return;
    this.#camera = camera;
    this.#settings = completeDriverSettings(this.#asked, recallCamera(camera));
    this.#show();
    this.#update(this.#settings);
  }

  /** What the driver shows next is its rest. */
  takeNeutral(): void {
    this.#update({ neutral: ++this.#neutral });
    announce("This is your neutral face now.");
  }

  /** The server has found out how the driver rests. */
  learn(rest: DriverRest): void {
    this.#settings = { ...this.#settings, rest };
    this.#keep();
  }

  /** Somebody else has changed settings. */
  accept(changes: Partial<LiveSettings>): void {
    this.#neutral = changes.neutral ?? this.#neutral;
    this.#settings = { ...this.#settings, ...validDriverSettings(changes) };
    this.#keep();
    this.#show();
  }

  #choose(changes: Partial<DriverSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
    this.#keep();
    this.#show();
    this.#update(changes);
  }

  #keep(): void {
    if (this.#camera !== undefined) rememberCamera(this.#camera, this.#settings);
  }

  #show(): void {
    const { strength, head, headStrength, gaze, expression } = this.#settings;
    const slide = (id: string, value: number) => {
      byId(id, HTMLInputElement).value = String(value);
      byId(`${id}-value`).textContent = `${Math.round(100 * value)} %`;
    };
    slide("strength", strength);
    slide("head-strength", headStrength);
    byId("head", HTMLInputElement).checked = head === "follow";
    byId("head-strength", HTMLInputElement).disabled = head !== "follow";
    byId("gaze", HTMLInputElement).checked = gaze === "follow";
    byId("expression", HTMLSelectElement).value = expression;
  }
}

import type { LiveSettings } from "../../client/index.js";
import { byId, endToast } from "./elements.js";
import { bindInset } from "./inset.js";
import { bindKeys } from "./keys.js";
import { bindMicrophones } from "./microphones.js";
import type { PageOptions } from "./page-options.js";
import { remember } from "./remembered.js";

/** What the controls do. */
export interface ControlActions {
  power(): void;
  pause(): void;
  snapshot(): void;
  record(): void;
  full(): void;
  /** The small window. */
  window(): void;
  /** The face of now is at rest. */
  neutral(): void;
  /** Another camera was chosen. */
  camera(): void;
  view(view: LiveSettings["view"]): void;
  mirror(on: boolean): void;
  mark(on: boolean): void;
  /** Whether the camera is shown. */
  inset(on: boolean): void;
  /** The n-th photo at hand, from 1. */
  photo(number: number): void;
}

/** What the controls say. */
export interface Controls {
  /** The chosen camera's id; undefined for the system's own choice. */
  readonly camera: string | undefined;
  /** The view is another one now. */
  showView(view: LiveSettings["view"]): void;
  listCameras(list: readonly MediaDeviceInfo[], chosen: string | undefined): void;
  /** The chosen microphone's id; undefined for the system's own choice. */
  readonly microphone: string | undefined;
  /** Lists the microphones anew: more is known of them once one was allowed. */
  listMicrophones(): void;
}

/** Buttons, and the keys that press them. */
const BUTTONS = { power: "c", pause: "p", snapshot: "s", record: "r", window: "w", full: "f", neutral: "n" } as const;
/** Number keys. */
const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Sets the controls to what the URL asks for, or what was chosen last, and connects them. */
export function bindControls(options: PageOptions, actions: ControlActions): Controls {
  const buttons = Object.keys(BUTTONS) as (keyof typeof BUTTONS)[];
  for (const id of buttons) byId(id).addEventListener("click", () => actions[id]());

  for (const choice of document.querySelectorAll<HTMLInputElement>("input[name=view]")) {
    choice.checked = choice.value === options.view;
    choice.addEventListener("change", () => {
      actions.view(choice.value as LiveSettings["view"]);
      remember({ view: choice.value });
    });
  }

  const check = (id: "mirror" | "mark" | "sound", on: boolean, act: (on: boolean) => void) => {
    const box = byId(id, HTMLInputElement);
    box.checked = on;
    act(on);
    box.addEventListener("change", () => {
      act(box.checked);
      remember({ [id]: box.checked });
    });
    return box;
  };
  const mirror = check("mirror", options.mirror, (on) => actions.mirror(on));
  check("mark", options.mark, (on) => actions.mark(on));
  check("sound", options.sound, () => {});
  const inset = byId("inset-on", HTMLInputElement);
  inset.checked = options.inset;
  inset.addEventListener("change", () => {
    actions.inset(inset.checked);
    remember({ inset: inset.checked });
  });
  bindInset(options.corner, (corner) => remember({ corner }));
  const microphones = bindMicrophones(options.microphone, (microphone) => remember({ microphone }));

  const select = byId("cameras", HTMLSelectElement);
  select.addEventListener("change", () => {
    remember({ camera: select.value });
    actions.camera();
  });
  let last = options.camera === undefined ? options.lastCamera : undefined;

  byId("toast-close").addEventListener("click", endToast);
  bindKeys({
    m: () => mirror.click(), i: () => inset.click(),
    ...Object.fromEntries(buttons.map((id) => [BUTTONS[id], () => { if (!byId(id, HTMLButtonElement).disabled) actions[id](); }])),
    ...Object.fromEntries(NUMBERS.map((number) => [String(number), () => actions.photo(number)])),
  });

  return {
    get camera() {
      return (select.value || last) ?? undefined;
    },
    showView(view) {
      for (const choice of document.querySelectorAll<HTMLInputElement>("input[name=view]")) choice.checked = choice.value === view;
    },
    listCameras(list, chosen) {
      last = undefined;
      select.replaceChildren(...list.map(({ deviceId, label }, i) => new Option(label || `Camera ${i + 1}`, deviceId)));
      if (list.length === 0) select.replaceChildren(new Option("Default camera", ""));
      if (chosen !== undefined) select.value = chosen;
    },
    get microphone() {
      return microphones.id;
    },
    listMicrophones: () => void microphones.list(),
  };
}

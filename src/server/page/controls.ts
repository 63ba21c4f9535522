import type { LiveSettings } from "../../client/index.js";
import { byId, endToast } from "./elements.js";
import type { PageOptions } from "./page-options.js";
import { remember } from "./remembered.js";

/** What the controls do. */
export interface ControlActions {
  power(): void;
  snapshot(): void;
  record(): void;
  full(): void;
  /** Another camera was chosen. */
  camera(): void;
  settings(changes: Partial<LiveSettings>): void;
  mirror(on: boolean): void;
  mark(on: boolean): void;
}

/** What the controls say. */
export interface Controls {
  /** The chosen camera's id; undefined for the system's own choice. */
  readonly camera: string | undefined;
  listCameras(list: readonly MediaDeviceInfo[], chosen: string | undefined): void;
}

const BUTTONS = ["power", "snapshot", "record", "full"] as const;

/** Keys that press a button, wherever the focus is but in something that takes keys itself. */
const KEYS: Readonly<Record<string, (typeof BUTTONS)[number]>> = { s: "snapshot", r: "record", f: "full", c: "power" };

/** Sets the controls to what the URL asks for, or what was chosen last, and connects them. */
export function bindControls(options: PageOptions, actions: ControlActions): Controls {
  for (const id of BUTTONS) byId(id).addEventListener("click", () => actions[id]());

  const strength = byId("strength", HTMLInputElement);
  const showStrength = () => { byId("strength-value").textContent = `${Math.round(100 * strength.valueAsNumber)} %`; };
  strength.value = String(options.strength);
  showStrength();
  strength.addEventListener("input", () => {
    showStrength();
    actions.settings({ strength: strength.valueAsNumber });
    remember({ strength: strength.valueAsNumber });
  });

  for (const choice of document.querySelectorAll<HTMLInputElement>("input[name=view]")) {
    choice.checked = choice.value === options.view;
    choice.addEventListener("change", () => {
      actions.settings({ view: choice.value as LiveSettings["view"] });
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

  const select = byId("cameras", HTMLSelectElement);
  select.addEventListener("change", () => {
    remember({ camera: select.value });
    actions.camera();
  });
  let last = options.camera === undefined ? options.lastCamera : undefined;

  byId("toast-close").addEventListener("click", endToast);
  bindKeys({ m: () => mirror.click(), ...Object.fromEntries(Object.entries(KEYS).map(([key, id]) => [key, () => { if (!byId(id, HTMLButtonElement).disabled) actions[id](); }])) });

  return {
    get camera() {
      return (select.value || last) ?? undefined;
    },
    listCameras(list, chosen) {
      last = undefined;
      select.replaceChildren(...list.map(({ deviceId, label }, i) => new Option(label || `Camera ${i + 1}`, deviceId)));
      if (list.length === 0) select.replaceChildren(new Option("Default camera", ""));
      if (chosen !== undefined) select.value = chosen;
    },
  };
}

/** `?` shows the list of keys. */
function bindKeys(keys: Readonly<Record<string, () => void>>): void {
  const list = byId("keys", HTMLDialogElement);
  byId("show-keys").addEventListener("click", () => list.showModal());
  list.addEventListener("click", ({ target }) => { if (target === list) list.close(); }); // beside it
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    // Where letters are typed, or choose among options, they are not ours.
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || (target instanceof Element && target.closest("select, textarea, input:not([type=checkbox], [type=radio], [type=range])"))) return;
    const key = event.key.toLowerCase();
    if (key === "?") {
      if (list.open) list.close();
      else list.showModal();
    } else if (key in keys && !list.open) keys[key]();
    else return;
    event.preventDefault();
  });
}

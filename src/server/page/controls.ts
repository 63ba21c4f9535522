import type { LiveSettings } from "../../client/index.js";
import { byId } from "./elements.js";
import type { PageOptions } from "./page-options.js";

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

/** Keys that do something while no control has the focus. */
const KEYS = { s: "snapshot", r: "record", f: "full" } as const;

/** Sets the controls to what the URL asks for and connects them. */
export function bindControls(options: PageOptions, actions: ControlActions): Controls {
  for (const id of ["power", "snapshot", "record", "full"] as const) byId(id).addEventListener("click", () => actions[id]());
  byId("invite-button").addEventListener("click", () => (byId("invite-button").dataset.does === "photo" ? byId("choose-photo").click() : actions.power()));

  const strength = byId("strength", HTMLInputElement);
  const showStrength = () => { byId("strength-value").textContent = `${Math.round(100 * strength.valueAsNumber)} %`; };
  strength.value = String(options.strength);
  showStrength();
  strength.addEventListener("input", () => {
    showStrength();
    actions.settings({ strength: strength.valueAsNumber });
  });

  for (const choice of document.querySelectorAll<HTMLInputElement>("input[name=view]")) {
    choice.checked = choice.value === options.view;
    choice.addEventListener("change", () => actions.settings({ view: choice.value as LiveSettings["view"] }));
  }

  const mirror = byId("mirror", HTMLInputElement), mark = byId("mark", HTMLInputElement);
  mirror.checked = options.mirror;
  actions.mirror(options.mirror);
  mirror.addEventListener("change", () => actions.mirror(mirror.checked));
  mark.checked = options.mark;
  mark.addEventListener("change", () => actions.mark(mark.checked));

  const select = byId("cameras", HTMLSelectElement);
  select.addEventListener("change", () => actions.camera());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || (event.target as Element).closest("button, input, select, summary, a")) return;
    const key = event.key.toLowerCase();
    if (key === "m") mirror.click();
    else if (key in KEYS) {
      const id = KEYS[key as keyof typeof KEYS];
      if (!byId(id, HTMLButtonElement).disabled) actions[id]();
    } else return;
    event.preventDefault();
  });

  return {
    get camera() {
      return select.value || undefined;
    },
    listCameras(list, chosen) {
      select.replaceChildren(...list.map(({ deviceId, label }, i) => new Option(label || `Camera ${i + 1}`, deviceId)));
      if (list.length === 0) select.replaceChildren(new Option("Default camera", ""));
      if (chosen !== undefined) select.value = chosen;
    },
  };
}

import { validDriverSettings, type DriverSettings } from "./driver-settings.js";

const KEY = "reenact.live.cameras";
/** Cameras that are kept: those used last. */
const MOST = 12;

type Kept = Readonly<Record<string, Partial<DriverSettings>>>;

function read(): Kept {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Kept;
  } catch {
    return {}; // a browser that keeps nothing, or text that is no JSON
  }
}

/** What was chosen last before a camera. */
export function recallCamera(id: string): Partial<DriverSettings> {
  return validDriverSettings(read()[id]);
}

/** Keeps what is chosen before a camera, in this browser and nowhere else. */
export function rememberCamera(id: string, settings: DriverSettings): void {
  const others = Object.entries(read()).filter(([other]) => other !== id);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries([...others.slice(1 - MOST), [id, settings]])));
  } catch {
    // a browser that keeps nothing
  }
}

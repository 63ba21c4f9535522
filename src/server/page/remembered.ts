import type { Remembered } from "./page-options.js";

const KEY = "reenact.live";
const KINDS: Readonly<Record<keyof Remembered, string>> = {
  view: "string", mirror: "boolean", mark: "boolean", sound: "boolean", camera: "string", microphone: "string", size: "string", background: "string", inset: "boolean", corner: "string",
};

/** What was kept; what is of another kind than it was is left out. */
export function recall(): Remembered {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    return Object.fromEntries(Object.entries(kept).filter(([name, value]) => name in KINDS && typeof value === KINDS[name as keyof Remembered]));
  } catch {
    return {}; // a browser that keeps nothing, or text that is no JSON
  }
}

/** Keeps some more. */
export function remember(changes: Remembered): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...recall(), ...changes }));
  } catch {
    // a browser that keeps nothing
  }
}

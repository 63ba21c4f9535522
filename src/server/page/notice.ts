import { CLOSE, type LiveState } from "../../client/index.js";
import type { CameraTrouble } from "./camera-trouble.js";

/** What is so, as far as a person has to know it. */
export interface Situation {
  readonly state: LiveState;
  /** The server's close code and words, of the connection that was lost last; undefined since one stands. */
  readonly lost: { readonly code: number; readonly reason: string } | undefined;
  /** Why it will not be tried again. */
  readonly refused: string | undefined;
  /** Milliseconds until it is. */
  readonly retryIn: number;
  readonly photo: boolean;
  readonly camera: boolean;
  /** Why there is no camera. */
  readonly trouble: CameraTrouble | undefined;
  /** Whether a camera is being opened, and whether the browser asks the person first. */
  readonly opening: "asking" | "starting" | undefined;
  /** Whether pictures come. */
  readonly live: boolean;
  readonly paused: boolean;
}

/** What the page says: beside its name, and, where there is something to do or to wait for, on the stage. */
export interface Notice {
  readonly dot: "live" | "ready" | "waiting" | "failed";
  readonly status: string;
  /** Undefined: the picture says enough. */
  readonly title?: string;
  readonly text?: string;
  /** What the button on the stage does. */
  readonly action?: "camera" | "photo" | "retry" | "reload" | "resume";
}

/** What a person is told of a connection that is gone, by its close code. The server's own words follow where it had some. */
const LOST: Readonly<Record<number, { readonly status: string; readonly title: string; readonly text: string }>> = {
  [CLOSE.full]: { status: "Server is full", title: "The server is full", text: "You are let in when somebody leaves." },
  [CLOSE.goingAway]: { status: "Server ended", title: "The server has ended", text: "When it is started again, this page goes on by itself." },
  [CLOSE.internal]: { status: "Server failed", title: "Something broke in the server", text: "Its log says what." },
  [CLOSE.idle]: { status: "Asleep", title: "Asleep", text: "Nothing came from this page for a while. It wakes with the camera." },
};
const UNREACHABLE = { status: "No connection", title: "The server cannot be reached", text: "It has ended, or the network between is down." };

/** What to say of a situation; the first thing that stands in the way is told. */
export function noticeFor(now: Situation): Notice {
  if (now.refused !== undefined) return { dot: "failed", status: "Refused", title: "The server refused", text: now.refused, action: "reload" };
  if (now.paused && (now.state === "open" || now.state === "asleep")) return { dot: "ready", status: "Paused", title: "Paused", text: "Nothing leaves the camera.", action: "resume" };
  if (now.lost && now.state !== "open") {
    const { status, title, text } = LOST[now.lost.code] ?? UNREACHABLE;
    const said = now.lost.reason === "" ? "" : ` It said: ${now.lost.reason}.`;
    if (now.state === "asleep") return { dot: "waiting", status, title, text, action: "retry" };
    const seconds = Math.ceil(now.retryIn / 1000);
    const again = now.state === "waiting" && seconds > 0 ? ` Trying again in ${seconds} s.` : " Trying again now.";
    return { dot: "waiting", status, title, text: `${text}${said}${again}`, action: "retry" };
  }
  if (now.state !== "open") return { dot: "waiting", status: "Connecting", title: "Connecting", text: "Waiting for the server." };
  if (!now.photo) return { dot: "ready", status: "Choose a photo", title: "Whose face?", text: "Choose a photo of a face. Your camera brings it to life.", action: "photo" };
  if (now.opening === "asking") return { dot: "waiting", status: "Allow the camera", title: "May this page use your camera?", text: "Your browser asks you, near the address." };
  if (now.opening) return { dot: "waiting", status: "Starting the camera" };
  if (now.trouble) return { dot: "failed", status: "No camera", ...now.trouble, action: "camera" };
  if (!now.camera) return { dot: "ready", status: "Ready", title: "Ready", text: "Your camera brings this photo to life.", action: "camera" };
  return now.live ? { dot: "live", status: "Live" } : { dot: "ready", status: "Starting" };
}

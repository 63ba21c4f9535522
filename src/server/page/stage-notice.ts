import { announce, byId, label } from "./elements.js";
import type { Notice } from "./notice.js";

const ACTIONS: Readonly<Record<NonNullable<Notice["action"]>, string>> = { camera: "Start camera", photo: "Choose photo", retry: "Try again now", reload: "Load this page again", resume: "Go on" };

/** Shows a {@link Notice} beside the page's name and on the stage. */
export class StageNotice {
  #action: Notice["action"];

  /** @param act what the button asks for */
  constructor(act: (action: NonNullable<Notice["action"]>) => void) {
    byId("invite-button").addEventListener("click", () => { if (this.#action) act(this.#action); });
  }

  show({ dot, status, title, text, action }: Notice): void {
    const line = byId("status-text");
    if (line.textContent !== status) announce(title === undefined || title === status ? status : `${status}. ${text ?? ""}`);
    byId("status").dataset.state = dot;
    line.textContent = status;
    document.title = dot === "live" ? "reenact live" : `${status} – reenact live`;
    byId("invite").hidden = title === undefined;
    byId("invite").dataset.dot = dot;
    byId("invite-title").textContent = title ?? "";
    byId("invite-text").textContent = text ?? "";
    this.#action = action;
    const button = byId("invite-button");
    button.hidden = action === undefined;
    if (action) label(button, action === "camera" && dot === "failed" ? "Try again" : ACTIONS[action]);
  }

  /** Says, over a picture that goes on, what would make it better; nothing when that is undefined. */
  advise(text: string | undefined): void {
    const advice = byId("advice");
    if ((text ?? "") === advice.textContent) return;
    advice.textContent = text ?? "";
    advice.hidden = text === undefined;
    if (text !== undefined) announce(text);
  }
}

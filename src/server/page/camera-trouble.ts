/** Why there is no camera, for people. */
export interface CameraTrouble {
  readonly title: string;
  readonly text: string;
}

/** It was there, and is not any more. */
export const CAMERA_GONE: CameraTrouble = { title: "The camera is gone", text: "It was unplugged, or the system took it away. Connect it, then try again." };

/** What a refused `getUserMedia` means. @param secure whether the page is one that browsers give cameras to */
export function describeCameraError(error: unknown, secure: boolean): CameraTrouble {
  if (!secure) {
    return { title: "No camera here", text: "Browsers give cameras to HTTPS pages and to localhost only: open this page by https://, or on the machine that serves it." };
  }
  switch ((error as DOMException).name) {
    case "NotAllowedError":
      return { title: "The camera is not allowed", text: "The browser was told not to give it to this page. Allow it beside the address, then try again." };
    case "NotFoundError":
    case "OverconstrainedError":
      return { title: "No camera", text: "None was found. Connect one, then try again." };
    case "NotReadableError":
      return { title: "The camera is in use", text: "Another program has it. Close it there, then try again." };
    default:
      return { title: "The camera cannot be opened", text: `The browser says: ${(error as Error).message}.` };
  }
}

import type { LiveSettings } from "../../client/index.js";

/** What is kept of the controls in the browser, and nowhere else. */
export interface Remembered {
  readonly view?: string;
  readonly strength?: number;
  readonly mirror?: boolean;
  readonly mark?: boolean;
  readonly sound?: boolean;
  readonly camera?: string;
}

/** What the page's URL asks for, and where it says nothing, what was chosen last. */
export interface PageOptions {
  /** The picture alone, for a browser source of OBS. */
  readonly clean: boolean;
  readonly view: LiveSettings["view"];
  readonly strength: number;
  readonly mirror: boolean;
  /** Whether pictures carry the word "synthetic". */
  readonly mark: boolean;
  /** Part of a camera's name. */
  readonly camera: string | undefined;
  /** The camera that was chosen last, by its id. */
  readonly lastCamera: string | undefined;
  readonly sound: boolean;
  readonly token: string | undefined;
}

const VIEWS: Readonly<Record<string, LiveSettings["view"]>> = { photo: "composite", composite: "composite", face: "face", beside: "side-by-side", "side-by-side": "side-by-side" };

/**
 * Reads them; what is not understood counts as not there. The token stands behind `#`, where it goes to no server and into no log.
 *
 * @param last what was chosen last; a clean page, which others look at, is as its URL says
 */
export function readPageOptions({ search, hash }: { readonly search: string; readonly hash: string }, last: Remembered = {}): PageOptions {
  const query = new URLSearchParams(search), clean = query.has("clean"), kept = clean ? {} : last;
  const strength = Number(query.get("strength") ?? kept.strength ?? 1);
  return {
    clean,
    view: VIEWS[query.get("view") ?? ""] ?? VIEWS[kept.view ?? ""] ?? "composite",
    strength: strength >= 0 && strength <= 1.5 ? strength : 1,
    // A person wants to see a mirror; an audience does not.
    mirror: query.has("mirror") ? query.get("mirror") !== "off" : kept.mirror ?? !clean,
    mark: query.has("mark") ? query.get("mark") !== "off" : kept.mark ?? true,
    camera: query.get("camera") ?? undefined,
    lastCamera: kept.camera,
    sound: kept.sound ?? true,
    token: new URLSearchParams(hash.slice(1)).get("token") ?? undefined,
  };
}

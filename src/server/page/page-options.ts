import type { LiveSettings } from "../../client/index.js";
import { parseLayout, type OutputLayout } from "./output-layout.js";
import { driverSettingsOf, type DriverSettings } from "./driver-settings.js";

/** What is kept of the controls in the browser, and nowhere else. */
export interface Remembered {
  readonly view?: string;
  readonly mirror?: boolean;
  readonly mark?: boolean;
  readonly sound?: boolean;
  readonly camera?: string;
  readonly microphone?: string;
  /** `1280x720`, or empty; and what is around the picture. */
  readonly size?: string;
  readonly background?: string;
  /** Whether the camera is shown, and where. */
  readonly inset?: boolean;
  readonly corner?: string;
}

/** What the page's URL asks for, and where it says nothing, what was chosen last. */
export interface PageOptions {
  /** Another page's session is watched: no camera, no controls. */
  readonly viewer: boolean;
  /** Which, by its key. */
  readonly key: string | undefined;
  /** The picture alone, for a browser source of OBS. */
  readonly clean: boolean;
  readonly view: LiveSettings["view"];
  /** What the URL asks for of what belongs to a driver. */
  readonly driver: Partial<DriverSettings>;
  readonly layout: OutputLayout | undefined;
  readonly mirror: boolean;
  /** Whether pictures carry the word "synthetic". */
  readonly mark: boolean;
  /** Part of a camera's name. */
  readonly camera: string | undefined;
  /** The camera that was chosen last, by its id. */
  readonly lastCamera: string | undefined;
  readonly sound: boolean;
  /** The microphone that was chosen last, by its id. */
  readonly microphone: string | undefined;
  readonly inset: boolean;
  readonly corner: string | undefined;
  readonly token: string | undefined;
}

const VIEWS: Readonly<Record<string, LiveSettings["view"]>> = { photo: "composite", composite: "composite", face: "face", beside: "side-by-side", "side-by-side": "side-by-side" };

/**
 * Reads them; what is not understood counts as not there. The token stands behind `#`, where it goes to no server and into no log.
 *
 * @param last what was chosen last; a clean page, which others look at, is as its URL says
 * @param isColor whether a text is a CSS colour
 */
export function readPageOptions(
  { search, hash }: { readonly search: string; readonly hash: string }, last: Remembered = {}, isColor: (text: string) => boolean = () => true,
): PageOptions {
  const query = new URLSearchParams(search), secrets = new URLSearchParams(hash.slice(1)), viewer = query.get("view") === "";
  const clean = viewer || query.has("clean"), kept = clean ? {} : last;
  return {
    viewer, key: secrets.get("key") ?? undefined, clean,
    layout: parseLayout(query.get("size") ?? kept.size, query.get("background") ?? kept.background, isColor),
    view: VIEWS[query.get("view") ?? ""] ?? VIEWS[kept.view ?? ""] ?? "composite",
    driver: driverSettingsOf(query),
    // A person wants to see a mirror; an audience does not.
    mirror: query.has("mirror") ? query.get("mirror") !== "off" : kept.mirror ?? !clean,
    mark: query.has("mark") ? query.get("mark") !== "off" : kept.mark ?? true,
    camera: query.get("camera") ?? undefined,
    lastCamera: kept.camera,
    sound: kept.sound ?? true,
    microphone: kept.microphone,
    inset: kept.inset ?? true,
    corner: kept.corner,
    token: secrets.get("token") ?? undefined,
  };
}

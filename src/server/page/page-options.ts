import type { LiveSettings } from "../../client/index.js";

/** What the page's URL asks for. */
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
  readonly token: string | undefined;
}

const VIEWS: Readonly<Record<string, LiveSettings["view"]>> = { photo: "composite", composite: "composite", face: "face", beside: "side-by-side", "side-by-side": "side-by-side" };

/** Reads them; what is not understood counts as not there. The token stands behind `#`, where it goes to no server and into no log. */
export function readPageOptions({ search, hash }: Pick<Location, "search" | "hash">): PageOptions {
  const query = new URLSearchParams(search), strength = Number(query.get("strength") ?? 1);
  const clean = query.has("clean");
  return {
    clean,
    view: VIEWS[query.get("view") ?? ""] ?? "composite",
    strength: strength >= 0 && strength <= 1.5 ? strength : 1,
    // A person wants to see a mirror; an audience does not.
    mirror: query.has("mirror") ? query.get("mirror") !== "off" : !clean,
    mark: query.get("mark") !== "off",
    camera: query.get("camera") ?? undefined,
    token: new URLSearchParams(hash.slice(1)).get("token") ?? undefined,
  };
}

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { carriedFolder } from "../carried.js";
import { ReenactError } from "../errors.js";

/** A file that the page needs, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".task": "application/octet-stream",
};

/** This module's folder in the sources, or in what was built from them. */
const HERE = fileURLToPath(new URL(".", import.meta.url));
/** `src` or `dist`, and whether modules there are still TypeScript. */
const CODE = join(HERE, "..");
const SOURCES = import.meta.url.endsWith(".ts");
/** HTML and CSS of the page. */
const STATIC = join(CODE, "../page");

/** Modules outside the page's own folder that it imports; each is served at `/app/<path>`. */
const SHARED_MODULES = [
  "errors", "client/backoff", "client/figures", "client/index", "client/live-client", "client/own-photo", "client/protocol", "client/socket", "client/view-client",
  "model/geometry/alignment", "model/geometry/crop-pose", "model/geometry/driver-motion", "model/geometry/face-foresight", "model/geometry/gaze",
  "model/geometry/head-angles", "model/geometry/kernels", "model/geometry/largest-eigenvector", "model/geometry/live-alignment", "model/geometry/one-euro", "model/geometry/quarter-turns",
  "model/geometry/sample-crop", "model/geometry/similarity", "model/geometry/smooth-alignment", "model/geometry/smooth-signal",
  "model/landmarks/headless-gl", "model/synthesis/pose-fit",
];

/** Where MediaPipe's model is served, when there is one. */
export const LANDMARK_MODEL_PATH = "/vendor/face_landmarker.task";

/**
 * Every path that is served and the file behind it, listed once: a request names a key of this list or gets nothing, so no path of a
 * request ever reaches the file system. Files are read when they are first asked for and kept.
 */
export class Assets {
  readonly #files = new Map<string, string>();
  readonly #loaded = new Map<string, Promise<Asset>>();

  /** @param landmarkModel MediaPipe's model, for pages to align with */
  constructor(landmarkModel: string | undefined) {
    this.#files.set("/", join(STATIC, "index.html"));
    for (const name of ["style.css", "icon.svg"]) this.#files.set(`/${name}`, join(STATIC, name));
    for (const name of readdirSync(join(HERE, "page"))) {
      const module = /^([a-z-]+)\.(?:js|ts)$/.exec(name);
      if (module) this.#addModule(`server/page/${module[1]}`);
    }
    for (const module of SHARED_MODULES) this.#addModule(module);
    if (landmarkModel === undefined) return;
    const vision = carriedFolder("@mediapipe/tasks-vision");
    for (const name of ["vision_bundle.mjs", "wasm/vision_wasm_module_internal.js", "wasm/vision_wasm_module_internal.wasm"]) {
      this.#files.set(`/vendor/tasks-vision/${name}`, join(vision, name));
    }
    this.#files.set(LANDMARK_MODEL_PATH, landmarkModel);
  }

  /** The paths that are served. */
  get paths(): string[] {
    return [...this.#files.keys()];
  }

  /** What is served at a path; undefined for every other path. */
  async get(path: string): Promise<Asset | undefined> {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    const found = this.#loaded.get(path) ?? load(file);
    this.#loaded.set(path, found);
    found.catch(() => this.#loaded.delete(path));
    return found;
  }

  #addModule(module: string): void {
    this.#files.set(`/app/${module}.js`, join(CODE, `${module}.${SOURCES ? "ts" : "js"}`));
  }
}

async function load(file: string): Promise<Asset> {
  const read = await readFile(file).catch((cause: unknown) => {
    throw new ReenactError("INTERNAL", `Expected the page's ${file} but it cannot be read: build or install the package again.`, { cause });
  });
  const body = file.endsWith(".ts") ? Buffer.from(await translate(read.toString("utf8"))) : read;
  const type = file.endsWith(".ts") ? TYPES[".js"] : TYPES[extname(file)];
  return { type, body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

/** When the program runs from its sources, the page's modules are translated on the way, as tsx does for Node. */
async function translate(source: string): Promise<string> {
  const { default: ts } = await import("typescript");
  return ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true, inlineSourceMap: true, inlineSources: true },
  }).outputText;
}

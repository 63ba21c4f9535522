import type * as TasksVision from "@mediapipe/tasks-vision";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { debuglog } from "node:util";
import { compileFunction } from "node:vm";
import { carriedFolder } from "../../carried.js";
import { HEADLESS_GL_GLOBALS } from "./headless-gl.js";

const log = debuglog("reenact:mediapipe");

/** MediaPipe announces its delegates on every start; that is told only under NODE_DEBUG=reenact:mediapipe. */
const quietConsole = Object.fromEntries(["log", "info", "debug", "warn", "error"].map((level) => [level, (...args: unknown[]) => {
  log("%s", args.map(String).join(" "));
}]));

/** MediaPipe's vision tasks, and where its wasm lies. */
export interface MediapipeModule {
  readonly FaceLandmarker: typeof TasksVision.FaceLandmarker;
  readonly fileset: { readonly wasmLoaderPath: string; readonly wasmBinaryPath: string };
}

let loaded: MediapipeModule | undefined;

/**
 * Loads `@mediapipe/tasks-vision`, which is written for browsers, into a scope of its own: what it takes from a browser's globals
 * (`self`, `navigator`, `OffscreenCanvas`, `importScripts`, …) is handed to it as parameters of the function its code becomes, so
 * that no global of this program changes and no other library mistakes Node for a browser. Loaded once a thread.
 */
export function loadMediapipe(): MediapipeModule {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url), folder = carriedFolder("@mediapipe/tasks-vision");
  const bundlePath = join(folder, "vision_bundle.cjs");
  // The one for pages, whose code is the same: the package carries 11 MB once. Only their loaders differ.
  const wasmBinaryPath = join(folder, "wasm/vision_wasm_module_internal.wasm");
  const wasmLoaderPath = join(folder, "wasm/vision_wasm_internal.js");

  const evaluate = (path: string, scope: Record<string, unknown>): unknown => {
    const module = { exports: {} as unknown };
    const names = { ...scope, module, exports: module.exports, require, __filename: path, __dirname: dirname(path) };
    compileFunction(readFileSync(path, "utf8"), Object.keys(names), { filename: path })(...Object.values(names));
    return module.exports;
  };

  const self: Record<string, unknown> = Object.create(globalThis) as Record<string, unknown>;
  const scope = { ...HEADLESS_GL_GLOBALS, self, navigator: { userAgent: "Node", platform: "" }, console: quietConsole };
  const importScripts = (path: string): void => {
    self.ModuleFactory = evaluate(path, scope);
  };
  const { FaceLandmarker } = evaluate(bundlePath, { ...scope, importScripts }) as typeof TasksVision;
  return loaded = { FaceLandmarker, fileset: { wasmLoaderPath, wasmBinaryPath } };
}

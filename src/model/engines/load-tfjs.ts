import { createRequire } from "node:module";
import { ReenactError } from "../../errors.js";

const PACKAGES = ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"], VERSION = "4.22.0";

/** What `npm install` is to be given for what needs tfjs. */
export const TFJS_PACKAGES = PACKAGES.map((name) => `${name}@${VERSION}`).join(" ");

/**
 * Imports a module that works with tfjs. The library, 290 MB, is for training and for the slower engine alone, so that it is left to
 * whoever wants these to install it.
 *
 * @throws ReenactError ENGINE_UNAVAILABLE when it is not installed
 */
export async function loadTfjs<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    for (const name of PACKAGES) createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new ReenactError("ENGINE_UNAVAILABLE", `Expected tfjs, which training and --engine tfjs need, but it is not installed: npm install ${TFJS_PACKAGES}.`, { cause });
  }
  return load();
}

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { ReenactError } from "../../../errors.js";
import { registerConvGradients } from "./conv-gradients.js";
import { registerSegmentSum } from "./segment-sum.js";

/** What tfjs computes with. `tensorflow` is the native library through tfjs-node-gpu, tfjs-node or scripts/setup-tensorflow.sh. */
export type BackendKind = "tensorflow" | "webgpu" | "wasm";

/** Where scripts/setup-tensorflow.sh puts its build: REENACT_TENSORFLOW, or `.tensorflow` beside package.json. */
export function tensorflowFolder(): string {
  return process.env.REENACT_TENSORFLOW ?? fileURLToPath(new URL("../../../../.tensorflow", import.meta.url));
}

/**
 * Sets up tfjs's backend and returns its name. `auto` takes native TensorFlow where it is, else WASM.
 *
 * @throws ReenactError ENGINE_UNAVAILABLE when a named backend cannot be had
 */
export async function useBackend(kind: BackendKind | "auto"): Promise<BackendKind> {
  if (kind === "auto") {
    try {
      return await useBackend("tensorflow");
    } catch {
      return useBackend("wasm");
    }
  }
  if (tf.getBackend() !== kind) await loaders[kind]();
  if (!(await tf.setBackend(kind))) throw unavailable(kind, "tfjs could not start it");
  await tf.ready();
  return kind;
}

const loaders: Record<BackendKind, () => Promise<void>> = {
  async tensorflow() {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    const failures: string[] = [];
    for (const name of ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]) {
      try {
        await import(name);
        return;
      } catch (error) {
        failures.push(`${name}: ${(error as Error).message.split("\n")[0]}`);
      }
    }
    const folder = tensorflowFolder();
    if (!existsSync(join(folder, "node_modules"))) {
      throw unavailable("tensorflow", `neither tfjs-node-gpu nor ${folder} is there; run scripts/setup-tensorflow.sh`);
    }
    try {
      createRequire(join(folder, "/"))("@tensorflow/tfjs-node");
    } catch (cause) {
      throw new ReenactError("ENGINE_UNAVAILABLE", `Expected native TensorFlow in ${folder} but it does not load; run scripts/setup-tensorflow.sh again`, { cause });
    }
  },
  async webgpu() {
    // Optional packages: their names are kept from the type checker because they are usually absent.
    const [dawn, backend]: string[] = ["webgpu", "@tensorflow/tfjs-backend-webgpu"];
    try {
      const { create, globals } = (await import(dawn)) as { create(flags: string[]): unknown; globals: object };
      Object.assign(globalThis, globals);
      Object.defineProperty(globalThis, "navigator", { value: { gpu: create(["backend=vulkan"]) }, configurable: true });
      await import(backend);
    } catch (cause) {
      throw new ReenactError("ENGINE_UNAVAILABLE", `Expected WebGPU but it does not load; run npm install ${dawn} ${backend}`, { cause });
    }
  },
  async wasm() {
    const { setThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
    setThreadsCount(1); // Node has no web workers for more
    registerConvGradients("wasm");
    registerSegmentSum("wasm");
  },
};

function unavailable(kind: BackendKind, why: string): ReenactError {
  return new ReenactError("ENGINE_UNAVAILABLE", `Expected the tfjs backend "${kind}" but ${why}`);
}

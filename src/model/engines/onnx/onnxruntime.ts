import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Onnxruntime from "onnxruntime-node";
import { carriedFolder } from "../../../carried.js";

/** onnxruntime for Node, from where {@link carriedFolder} has it. Loading throws where its library is not there or does not start. */
const folder = carriedFolder("onnxruntime-node", `bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`);

/** The module itself. */
export const onnxruntime = createRequire(import.meta.url)(join(folder, "dist/index.js")) as typeof Onnxruntime;

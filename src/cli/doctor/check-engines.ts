import { once } from "node:events";
import { TFJS_PACKAGES } from "../../model/engines/load-tfjs.js";
import type { BackendKind } from "../../model/engines/tfjs/backend.js";
import { forkModule } from "../../streams/fork-module.js";
import { missing, type Finding, type Section } from "./finding.js";

/** What runs the network: onnxruntime, and tfjs's backends, which training uses too. */
export async function checkEngines(): Promise<Section> {
  const [onnx, wasm, tensorflow, webgpu] = await Promise.all([checkOnnx(), whyNot("wasm"), whyNot("tensorflow"), whyNot("webgpu")]);
  const findings: Finding[] = [
    onnx.error === undefined
      ? { state: "ok", name: "onnxruntime", found: `${onnx.version}, computes on the CPU` }
      : missing("onnxruntime", onnx.error, `Install again, or npm install onnxruntime-node where this package carries none (${process.platform} ${process.arch}).`),
    training("wasm", wasm, `Training needs it: npm install ${TFJS_PACKAGES}.`),
    training("tensorflow", tensorflow, "Training on the CPU is faster with it: scripts/setup-tensorflow.sh sets it up once."),
    training("webgpu", webgpu, "Training on a GPU by Vulkan needs it: npm install webgpu @tensorflow/tfjs-backend-webgpu."),
  ];
  return {
    key: "engines",
    title: "Engines",
    // Slower, but it is an engine too.
    findings: wasm === undefined ? findings.map((finding) => (finding.state === "missing" ? { ...finding, state: "absent", code: undefined } : finding)) : findings,
    facts: {
      onnx: onnx.error === undefined ? { version: onnx.version } : null,
      tfjs: { wasm: wasm === undefined, tensorflow: tensorflow === undefined, webgpu: webgpu === undefined },
    },
  };
}

/** Lets it compute something: a library that loads may still lack what it needs, and lists providers whose files are not there. */
async function checkOnnx(): Promise<{ version: string; error?: unknown }> {
  try {
    const [{ onnxruntime: { env, Tensor } }, { createSession }, { OnnxGraph }] = await Promise.all([
      import("../../model/engines/onnx/onnxruntime.js"), import("../../model/engines/onnx/create-session.js"), import("../../model/engines/onnx/graph.js"),
    ]);
    const graph = new OnnxGraph("sum"), x = graph.input("x", [1]);
    graph.output("y", graph.node("Add", [x, x]), [1]);
    const session = await createSession(graph.toModel());
    const { y } = await session.run({ x: new Tensor("float32", Float32Array.of(21), [1]) });
    await session.release();
    if (y.data[0] !== 42) throw new Error(`Expected 21 + 21 to be 42 but it computed ${String(y.data[0])}`);
    return { version: env.versions.node ?? env.versions.common };
  } catch (error) {
    return { version: "", error };
  }
}

/** A backend that is worth having for training alone. */
function training(kind: BackendKind, why: string | undefined, advice: string): Finding {
  const name = `tfjs ${kind}`;
  return why === undefined ? { state: "ok", name, found: "starts" } : { state: "absent", name, found: why, advice };
}

/** How long a backend may take to start, milliseconds. */
const PATIENCE = 60_000;

/** Why a backend of tfjs does not start; undefined when it does. */
async function whyNot(kind: BackendKind): Promise<string | undefined> {
  const child = forkModule(import.meta.url, "./try-backend", [kind], { stdio: ["ignore", "ignore", "ignore", "ipc"], timeout: PATIENCE });
  let said: string | undefined;
  child.on("message", (message) => { said = String(message); });
  await once(child, "close");
  return said === undefined ? "its process crashed or hung as it started" : said || undefined;
}

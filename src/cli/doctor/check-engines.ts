import { once } from "node:events";
import type { BackendKind } from "../../model/engines/tfjs/backend.js";
import { forkModule } from "../../streams/fork-module.js";
import { missing, type Finding, type Section } from "./finding.js";

/** What runs the network: onnxruntime, and tfjs's backends, which training uses too. */
export async function checkEngines(): Promise<Section> {
  const [onnx, wasm, tensorflow, webgpu] = await Promise.all([checkOnnx(), whyNot("wasm"), whyNot("tensorflow"), whyNot("webgpu")]);
  const findings: Finding[] = [
    onnx.error === undefined
      ? { state: "ok", name: "onnxruntime-node", found: `${onnx.version}, with ${onnx.providers.join(", ")}` }
      : missing("onnxruntime-node", onnx.error, "Run npm ci again; until then --engine tfjs works, more slowly."),
    wasm === undefined
      ? { state: "ok", name: "tfjs wasm", found: "starts" }
      : { state: "missing", name: "tfjs wasm", found: wasm, advice: "Run npm ci again.", code: "ENGINE_UNAVAILABLE" },
    training("tensorflow", tensorflow, "Training on the CPU is faster with it: scripts/setup-tensorflow.sh sets it up once."),
    training("webgpu", webgpu, "Training on a GPU by Vulkan needs it: npm install webgpu @tensorflow/tfjs-backend-webgpu."),
  ];
  // Any one of the engines is enough for a job.
  const anyRuns = onnx.error === undefined || wasm === undefined;
  return {
    key: "engines",
    title: "Engines",
    findings: anyRuns ? findings.map((finding) => (finding.state === "missing" ? { ...finding, state: "absent", code: undefined } : finding)) : findings,
    facts: {
      onnx: onnx.error === undefined ? { version: onnx.version, providers: onnx.providers } : null,
      tfjs: { wasm: wasm === undefined, tensorflow: tensorflow === undefined, webgpu: webgpu === undefined },
    },
  };
}

async function checkOnnx(): Promise<{ version: string; providers: string[]; error?: unknown }> {
  try {
    const { env, listSupportedBackends } = await import("onnxruntime-node");
    return { version: env.versions.node ?? env.versions.common, providers: listSupportedBackends().map(({ name }) => name) };
  } catch (error) {
    return { version: "", providers: [], error };
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

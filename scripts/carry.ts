import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Before the package is packed: copies what an installation runs of large packages from node_modules into vendor/ (src/carried.ts reads it
 * there). A dependent's npm would run onnxruntime-node's install script, which fetches CUDA, whatever this package's own settings say, and
 * would unpack five platforms of it, every model of the other, and WebAssembly for browsers of 2020.
 */
const VENDOR = fileURLToPath(new URL("../vendor", import.meta.url));

/** The library computes on the CPU here: neither DirectML nor WebGPU's compiler is of use. */
const onnxruntime = [
  "linux/x64/libonnxruntime.so.1", "linux/arm64/libonnxruntime.so.1", "darwin/arm64/libonnxruntime.1.dylib", "win32/x64/onnxruntime.dll",
].flatMap((library) => [library, join(dirname(library), "onnxruntime_binding.node")]).map((file) => `bin/napi-v6/${file}`);

const CARRIED: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-node": ["README.md", ...["backend", "binding", "index", "version"].map((name) => `dist/${name}.js`), ...onnxruntime],
  "@vladmandic/human": ["LICENSE", ...["blazeface", "emotion", "facemesh", "faceres", "iris"].flatMap((model) => [`models/${model}.json`, `models/${model}.bin`])],
  "@mediapipe/selfie_segmentation": ["README.md", "selfie_segmentation.tflite"],
  "@mediapipe/tasks-vision": [
    "README.md", "vision_bundle.cjs", "vision_bundle.mjs", "wasm/vision_wasm_internal.js", "wasm/vision_wasm_module_internal.js",
    "wasm/vision_wasm_module_internal.wasm", // the other one has the same code: src/model/landmarks/mediapipe-module.ts
  ],
};

await rm(VENDOR, { recursive: true, force: true });
const notes = ["Parts of other packages, unchanged:", ""];
for (const [name, files] of Object.entries(CARRIED)) {
  const from = dirname(createRequire(import.meta.url).resolve(name)).replace(/\/dist$/, ""), to = join(VENDOR, name);
  const description = JSON.parse(await readFile(join(from, "package.json"), "utf8")) as { version: string; license: string; main: string };
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file), { dereference: true });
  }
  const { version, license, main } = description;
  await writeFile(join(to, "package.json"), `${JSON.stringify({ name, version, license, main })}\n`);
  notes.push(`* ${name} ${version} (${license}): https://www.npmjs.com/package/${name}/v/${version}`);
}
await writeFile(join(VENDOR, "README.md"), `${notes.join("\n")}\n`);

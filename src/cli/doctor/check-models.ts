import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { defaultCacheFolder } from "../../model/identity-cache.js";
import { findModelFile, MEDIAPIPE_MODEL } from "../../model/landmarks/model-file.js";
import { loadWeights, weightsFolder } from "../../model/weights/load-weights.js";
import { WEIGHTS_CONFIG } from "../../model/weights/write-weights.js";
import { byteCount } from "../format-values.js";
import { asReenactError } from "../../as-reenact-error.js";
import { missing, type Finding, type Section } from "./finding.js";

const Training = z.object({ training: z.looseObject({ steps: z.number().optional() }) });

/** What finds faces. @param modelDir where MediaPipe's model is looked for first */
export async function checkLandmarks(modelDir: string | undefined): Promise<Section> {
  const facemesh = await facemeshError();
  let path: string | undefined, corrupt: unknown;
  try {
    path = await findModelFile({ modelDir });
  } catch (error) {
    corrupt = error;
  }
  const advice = `Only reenact dataset build and evaluate --drivers cannot do without it. reenact run --landmarks mediapipe fetches it once; or fetch ${MEDIAPIPE_MODEL.url} and name its folder by --model-dir or REENACT_MODEL_DIR.`;
  const mediapipe: Finding = corrupt !== undefined ? missing("mediapipe", corrupt)
    : path !== undefined ? { state: "ok", name: "mediapipe", found: path }
      : { state: "absent", name: "mediapipe", found: `its ${MEDIAPIPE_MODEL.file} (${byteCount(MEDIAPIPE_MODEL.bytes)}) is not on this machine`, advice };
  const packaged: Finding = facemesh === undefined ? { state: "ok", name: "facemesh", found: "starts; no download needed" }
    : { ...missing("facemesh", facemesh, "Install again."), ...(path === undefined ? {} : { state: "absent", code: undefined }) };
  return {
    key: "landmarks",
    title: "Landmarks",
    findings: [mediapipe, packaged],
    facts: { auto: path !== undefined ? "mediapipe" : "facemesh", mediapipe: path ?? null, facemesh: facemesh === undefined },
  };
}

/** Looks for a face in a black picture, in a thread and out of a Buffer, as a job does: that all files are there does not say that it works. */
async function facemeshError(): Promise<unknown> {
  try {
    const { createWorkerSource } = await import("../../model/landmarks/worker-source.js");
    const source = await createWorkerSource({ kind: "facemesh" });
    await source.detect({ data: Buffer.alloc(64 * 64 * 3), width: 64, height: 64 }).finally(() => source.close());
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The network's weights. @param place as `loadWeights` takes it */
export async function checkWeights(place?: string): Promise<Section> {
  const head = { key: "weights", title: "Weights" }, folder = weightsFolder(place);
  try {
    const { sha256, weights } = await loadWeights(folder);
    const { training: { steps } } = Training.parse(JSON.parse(await readFile(join(folder, WEIGHTS_CONFIG), "utf8")));
    let parameters = 0;
    for (const { data } of weights.values()) parameters += data.length;
    const trained = steps === undefined ? "" : `, trained for ${steps} steps`;
    const found = `${(parameters / 1e6).toFixed(1)} million parameters${trained}, SHA-256 ${sha256.slice(0, 12)}…: ${folder}`;
    return { ...head, findings: [{ state: "ok", name: "AIP-GAN", found }], facts: { folder, ok: true, sha256, steps: steps ?? null, parameters } };
  } catch (error) {
    const { code, message } = asReenactError(error);
    return { ...head, findings: [missing("AIP-GAN", error)], facts: { folder, ok: false, sha256: null, steps: null, error: { code, message } } };
  }
}

/** What is kept of photos. */
export async function checkCache(): Promise<Section> {
  const folder = defaultCacheFolder();
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ size }) => size, () => 0)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    key: "cache",
    title: "Cache",
    findings: [{ state: "ok", name: "identities", found: `${names.length} embeddings, ${byteCount(bytes)}: ${folder}` }],
    facts: { folder, entries: names.length, bytes },
  };
}

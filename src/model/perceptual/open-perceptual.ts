import { existsSync } from "node:fs";
import { join } from "node:path";
import { ReenactError } from "../../errors.js";
import type { FeatureNetwork, PerceptualNetworks } from "./feature-network.js";
import { ownFeatureNetwork } from "./own-network.js";
import type { PerceptualKind } from "./perceptual-config.js";
import { readPerceptual } from "./perceptual-files.js";
import { openTfjsFeatureNetwork } from "./tfjs-network.js";

/**
 * Opens the two perceptual networks of a folder. For each kind (`identity`, `expression`) it holds either what `reenact train-perceptual`
 * wrote, or a network of the user's own: `identity/model.json`, a tfjs model, which goes before.
 *
 * A loss needs the network's gradient for its picture. onnxruntime-node only runs networks forward, so an ONNX file is refused instead of
 * being used without a gradient: converted to tfjs it can be used.
 *
 * @throws ReenactError MODEL_MISSING or MODEL_CORRUPT
 */
export async function openPerceptualNetworks(folder: string): Promise<PerceptualNetworks> {
  const identity = await openOne(folder, "identity");
  try {
    return { identity, expression: await openOne(folder, "expression") };
  } catch (error) {
    identity.close();
    throw error;
  }
}

async function openOne(folder: string, kind: PerceptualKind): Promise<FeatureNetwork> {
  const theirs = join(folder, kind, "model.json");
  if (existsSync(theirs)) return openTfjsFeatureNetwork(theirs);
  const onnx = [join(folder, kind, "model.onnx"), join(folder, `${kind}.onnx`)].find((path) => existsSync(path));
  if (onnx) {
    throw new ReenactError("MODEL_CORRUPT", `Expected a network that can be differentiated but ${onnx} is ONNX, which onnxruntime only runs forward; convert it to a tfjs graph model in ${theirs}`);
  }
  return ownFeatureNetwork(await readPerceptual(folder, kind));
}

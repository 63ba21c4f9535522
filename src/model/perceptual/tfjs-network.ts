import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as z from "zod";
import { ReenactError } from "../../errors.js";
import type { FeatureNetwork } from "./feature-network.js";

/** `input.json` beside a user's `model.json`: how it wants its pictures, and what of it is compared. */
const Input = z.strictObject({
  /** Side of its square input in pixels, when the model does not say. */
  size: z.number().int().positive().optional(),
  /** The values of black and white. */
  range: z.tuple([z.number(), z.number()]).default([-1, 1]),
  /** Order of the colours. */
  colours: z.enum(["rgb", "bgr"]).default("rgb"),
  /** Names of the nodes (graph model) or layers (layers model) that are compared; the model's outputs when left out. */
  outputs: z.array(z.string()).min(1).optional(),
});
type Input = z.infer<typeof Input>;

/**
 * Opens a user's own network as a perceptual one: a tfjs graph or layers model in a file `model.json` that takes [b, side, side, 3]. It is
 * run by tfjs, so gradients flow through it to the picture; its weights stay as they are.
 *
 * @throws ReenactError MODEL_MISSING or MODEL_CORRUPT
 */
export async function openTfjsFeatureNetwork(path: string): Promise<FeatureNetwork> {
  const input = await readInput(join(dirname(path), "input.json"));
  let model: tf.GraphModel | tf.LayersModel;
  try {
    const artifacts = await readArtifacts(path);
    model = artifacts.format === "graph-model" ? await tf.loadGraphModel(tf.io.fromMemory(artifacts)) : await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (cause) {
    throw new ReenactError("MODEL_CORRUPT", `Expected a tfjs graph or layers model in ${path} but it does not load; convert it again`, { cause });
  }
  const size = input.size ?? model.inputs[0].shape?.[1];
  if (!size || size < 0) throw new ReenactError("MODEL_CORRUPT", `Expected ${path} to say the size of its input but it does not; write {"size": …} into input.json beside it`);
  const run = runner(model, input);
  return { features: (x) => run(prepared(x, size, input)), close: () => model.dispose(), [Symbol.dispose]: () => model.dispose() };
}

/** x [b, 96, 96, 3] in −1…1 as the network wants it. */
function prepared(x: tf.Tensor, size: number, { range: [black, white], colours }: Input): tf.Tensor {
  const sized = x.shape[1] === size ? x : tf.image.resizeBilinear(x as tf.Tensor4D, [size, size]);
  const scaled = tf.add(tf.mul(sized, (white - black) / 2), (white + black) / 2);
  return colours === "rgb" ? scaled : tf.reverse(scaled, 3);
}

function runner(model: tf.GraphModel | tf.LayersModel, { outputs }: Input): (x: tf.Tensor) => readonly tf.Tensor[] {
  if (model instanceof tf.GraphModel) return (x) => [model.execute(x, outputs) as tf.Tensor | tf.Tensor[]].flat();
  const chosen = outputs ? tf.model({ inputs: model.inputs, outputs: outputs.map((name) => model.getLayer(name).output as tf.SymbolicTensor) }) : model;
  return (x) => [chosen.apply(x, { training: false }) as tf.Tensor | tf.Tensor[]].flat();
}

/** tfjs in Node fetches no files: what it needs is read for it. */
async function readArtifacts(path: string): Promise<tf.io.ModelArtifacts> {
  const { weightsManifest, modelTopology, format, ...rest } = JSON.parse(await readFile(path, "utf8")) as tf.io.ModelJSON;
  const files = await Promise.all(weightsManifest.flatMap(({ paths }) => paths).map((name) => readFile(join(dirname(path), name))));
  return {
    ...rest, modelTopology, format: format ?? "layers-model",
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData: Uint8Array.from(Buffer.concat(files)).buffer,
  } as tf.io.ModelArtifacts;
}

async function readInput(path: string): Promise<Input> {
  if (!existsSync(path)) return Input.parse({});
  try {
    return Input.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new ReenactError("MODEL_CORRUPT", `Expected ${path} to hold size, range, colours and outputs but it does not; see reenact train-perceptual --help`, { cause });
  }
}

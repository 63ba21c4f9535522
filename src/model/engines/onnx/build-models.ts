import {
  drawIdentity, drawLandmarks, encodeIdentity, GENERATED_CHANNELS, moveAndPaint, readExpression, reenactFace, tellFace, tellWeights, type Generated, type ToldFace,
} from "../../network/aip-gan.js";
import type { NetworkConfig } from "../../network/config.js";
import { embeddingShapes, flattenEmbedding, unflattenEmbedding } from "../../network/decoder.js";
import type { StoredTensor } from "../../weights/safetensors.js";
import { OnnxGraph, type OnnxModel } from "./graph.js";
import { OnnxOps, type OnnxTensor } from "./onnx-ops.js";

/** What else the graphs give besides what an engine needs: everything losses and tests look at. */
export interface ModelOptions {
  readonly training?: boolean;
}

/** A weight by its name, in the shape the network asks for. */
export type StoredWeight = (name: string) => StoredTensor;

/**
 * The graph that runs once per photo: input `photo` [1, 96, 96, 3] in −1…1, outputs the identity embedding by the names of
 * {@link embeddingShapes}; with `training` also `identity` (h) and `identityMap` (Ĥ).
 */
export function buildIdentityModel(config: NetworkConfig, weight: StoredWeight, options: ModelOptions = {}): OnnxModel {
  const graph = new OnnxGraph("aip-gan-identity");
  const ops = new OnnxOps(graph, weight);
  const { identity, embedding } = encodeIdentity<OnnxTensor>(ops, config, ops.input("photo", 1, [config.size, config.size, 3]));
  const shapes = embeddingShapes(config);
  for (const [name, value] of Object.entries(flattenEmbedding(embedding))) ops.output(name, value, 1, shapes[name]);
  ops.output("identity", identity.code, 1, [1, 1, config.identityCode]);
  if (options.training) ops.output("identityMap", drawIdentity(ops, config, identity), 1, [config.size, config.size, 3]);
  return graph.toModel();
}

/** The graph that runs for every frame of a rig: input `driver` [batch, 96, 96, 3] in −1…1, outputs `weights` and, where the network tells it, `gaze` (`tellFace`). */
export function buildReadingModel(config: NetworkConfig, weight: StoredWeight): OnnxModel {
  const graph = new OnnxGraph("aip-gan-reading");
  const ops = new OnnxOps(graph, weight);
  const driver = ops.input("driver", "batch", [config.size, config.size, 3]);
  outputFace(ops, config, readExpression<OnnxTensor>(ops, config, driver));
  return graph.toModel();
}

/**
 * The graph that paints frames: inputs `driver` [batch, 96, 96, 3] in −1…1 and the embedding's tensors (of one photo, or one per frame), outputs
 * `painted`, `flow`, `mask`, `shading` and `expression` (e); with `training` also `moved` (x̂', which needs the input `photo`), `landmarks` (Ẑ), `weights`, `gaze`,
 * `weightsOfCode` where `weights` are told from more than e, and `attention1` … `attention7`.
 */
export function buildFrameModel(config: NetworkConfig, weight: StoredWeight, options: ModelOptions = {}): OnnxModel {
  const graph = new OnnxGraph("aip-gan-frame");
  const ops = new OnnxOps(graph, weight);
  const { size } = config;
  const driver = ops.input("driver", "batch", [size, size, 3]);
  const flat: Record<string, OnnxTensor> = {};
  for (const [name, shape] of Object.entries(embeddingShapes(config))) flat[name] = ops.input(name, "photos", shape);
  const { expression, generated } = reenactFace(ops, config, driver, unflattenEmbedding(config, flat));
  for (const [name, channels] of Object.entries(GENERATED_CHANNELS)) {
    ops.output(name, generated[name as keyof Generated<OnnxTensor>], "batch", [size, size, channels]);
  }
  ops.output("expression", expression.code, "batch", [1, 1, config.expressionCode]);
  if (options.training) {
    const photo = ops.input("photo", "batch", [size, size, 3]);
    ops.output("moved", moveAndPaint(ops, config, photo, generated), "batch", [size, size, 3]);
    ops.output("landmarks", drawLandmarks(ops, config, expression), "batch", [size, size, 1]);
    outputFace(ops, config, tellFace(ops, config, expression));
    if (config.reading > 0) ops.output("weightsOfCode", tellWeights(ops, config, expression), "batch", [1, 1, config.expressionWeights]);
    expression.probabilities.forEach((p, i) => ops.output(`attention${i + 1}`, p, "batch", [1, 1, config.expressions]));
  }
  return graph.toModel();
}

function outputFace(ops: OnnxOps, config: NetworkConfig, { weights, gaze }: ToldFace<OnnxTensor>): void {
  ops.output("weights", weights, "batch", [1, 1, config.expressionWeights]);
  if (gaze) ops.output("gaze", gaze, "batch", [1, 1, 2]);
}

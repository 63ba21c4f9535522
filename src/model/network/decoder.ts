import { multiplySpectra, sketchSpectrum, type Spectrum } from "./bilinear.js";
import { mapSizes, type NetworkConfig } from "./config.js";
import type { Expression } from "./expression-encoder.js";
import type { Identity } from "./identity-encoder.js";
import { conv, dense, SLOPE, type ConvOptions } from "./layers.js";
import type { Ops } from "./ops.js";

/** Blocks that join both encoders by bilinear pooling (section 3.3); the others take the identity encoder's map alone. */
const JOINING_BLOCKS = [1, 3, 5, 6];

/**
 * The identity embedding: all of the decoder's input that depends on the photo alone, computed once and decoded against by every frame.
 * It holds what the decoder makes of h and of the seven maps before a frame is known; what it makes is linear, so nothing is lost.
 */
export interface IdentityEmbedding<T> {
  /** h's share of the first layer: [b, 1, 1, 512]. */
  readonly code: T;
  /** For each of the decoder's seven blocks what its identity map contributes, by name; see {@link embeddingShapes}. */
  readonly levels: readonly Readonly<Record<string, T>>[];
}

/** One block's sizes: side of its input, channels it takes from the block before, gives, and finds in the encoders' maps. */
interface Level {
  readonly block: number;
  readonly joins: boolean;
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly skip: number;
  /** d of compact bilinear pooling. */
  readonly sketch: number;
}

function levels(config: NetworkConfig): Level[] {
  const sizes = mapSizes(config).reverse(); // 1, 2, 3, 6, 12, 24, 48
  const skips = [...config.channels].reverse(); // 512, 512, 256, 256, 128, 128, 64
  return sizes.map((size, i) => ({
    block: i + 1,
    joins: JOINING_BLOCKS.includes(i + 1),
    size,
    inputs: i === 0 ? skips[0] : skips[i - 1],
    outputs: skips[i],
    skip: skips[i],
    sketch: Math.min(skips[i], config.sketch),
  }));
}

/**
 * The photo's side of the decoder: h and the seven identity maps become the embedding.
 *
 * Beyond the paper, what G_es says of the photo's own expression, `shown`, is added to h's share and to the skips: how far a face has to move
 * depends on where it starts from. G_et sees few photos as they are, one a person. G_es learns from every expression of everybody, and tells
 * strangers' smiles as well as those of the people it was trained on (r .93 and .91, before it had seen any photo as it is).
 */
export function embedIdentity<T>(ops: Ops<T>, config: NetworkConfig, identity: Identity<T>, shown?: Expression<T>): IdentityEmbedding<T> {
  const { channels, identityCode, expressionCode } = config, outputs = channels[channels.length - 1];
  const code = dense(ops, "decoder.identity", identity.code, identityCode, outputs, { bias: false });
  return {
    code: shown ? ops.add(code, dense(ops, "decoder.shown", shown.code, expressionCode, outputs, { bias: false, zero: true })) : code,
    levels: levels(config).map((level): Record<string, T> => {
      const at = channels.length - level.block, map = identity.maps[at];
      if (!level.joins) {
        const skip = skipConv(ops, level, "identity", map, level.skip);
        return { skip: shown ? ops.add(skip, skipConv(ops, level, "shown", shown.maps[at], level.skip, { zero: true })) : skip };
      }
      if (config.bilinear) return { ...sketchSpectrum(ops, map, "identity", level.skip, level.sketch) };
      return { skip: skipConv(ops, level, "identity", map, level.skip) };
    }),
  };
}

/**
 * G_de up to its last features (section 3.3): (e, h) → FC → seven blocks of [join the encoders' maps, conv 3×3, up-sample].
 * A convolution of concatenated maps is the sum of one convolution each: the identity's share waits in the embedding.
 *
 * @returns [b, 96, 96, 64]
 */
export function decoder<T>(ops: Ops<T>, config: NetworkConfig, expression: Expression<T>, embedding: IdentityEmbedding<T>): T {
  const { channels, expressionCode } = config;
  const code = dense(ops, "decoder.expression", expression.code, expressionCode, channels[channels.length - 1]);
  let x = ops.leakyRelu(ops.add(code, embedding.code), SLOPE); // [b, 1, 1, 512]
  for (const level of levels(config)) {
    const ours = embedding.levels[level.block - 1];
    const map = expression.maps[channels.length - level.block]; // [b, s, s, skip]
    let y = conv(ops, `decoder.block${level.block}.conv`, x, 3, level.inputs, level.outputs);
    if (level.joins && config.bilinear) {
      const theirs = sketchSpectrum(ops, map, "expression", level.skip, level.sketch);
      const joined = multiplySpectra(ops, theirs, ours as unknown as Spectrum<T>, level.sketch); // CEB: [b, s, s, d]
      y = ops.add(y, skipConv(ops, level, "bilinear", joined, level.sketch));
    } else {
      y = ops.add(y, ours.skip);
      if (level.joins) y = ops.add(y, skipConv(ops, level, "expression", map, level.skip));
    }
    const next = level.block === channels.length ? config.size : mapSizes(config)[channels.length - level.block - 1];
    x = ops.double(ops.leakyRelu(y, SLOPE), next);
  }
  return x;
}

function skipConv<T>(ops: Ops<T>, level: Level, from: string, map: T, inputs: number, options: ConvOptions = {}): T {
  return conv(ops, `decoder.block${level.block}.${from}`, map, 3, inputs, level.outputs, { ...options, bias: false });
}

/** Shapes of the embedding's tensors [height, width, channels] by the name an engine gives them: `code`, `block1.real`, `block2.skip`, … */
export function embeddingShapes(config: NetworkConfig): Record<string, readonly [number, number, number]> {
  const shapes: Record<string, readonly [number, number, number]> = { code: [1, 1, config.channels[config.channels.length - 1]] };
  for (const { block, joins, size, outputs, sketch } of levels(config)) {
    if (joins && config.bilinear) {
      const frequencies = Math.floor(sketch / 2) + 1;
      shapes[`block${block}.real`] = [size, size, frequencies];
      shapes[`block${block}.imaginary`] = [size, size, frequencies];
    } else {
      shapes[`block${block}.skip`] = [size, size, outputs];
    }
  }
  return shapes;
}

/** The embedding as named tensors, in the order of {@link embeddingShapes}. */
export function flattenEmbedding<T>(embedding: IdentityEmbedding<T>): Record<string, T> {
  const flat: Record<string, T> = { code: embedding.code };
  embedding.levels.forEach((level, i) => {
    for (const [name, value] of Object.entries(level)) flat[`block${i + 1}.${name}`] = value;
  });
  return flat;
}

/** The inverse of {@link flattenEmbedding}. */
export function unflattenEmbedding<T>(config: NetworkConfig, flat: Readonly<Record<string, T>>): IdentityEmbedding<T> {
  const blocks: Record<string, T>[] = config.channels.map(() => ({}));
  for (const name of Object.keys(embeddingShapes(config))) {
    const match = /^block(\d+)\.(.+)$/.exec(name);
    if (match) blocks[Number(match[1]) - 1][match[2]] = flat[name];
  }
  return { code: flat.code, levels: blocks };
}

import type { NetworkConfig } from "./config.js";
import { decoder, embedIdentity, type IdentityEmbedding } from "./decoder.js";
import { expressionEncoder, type Expression } from "./expression-encoder.js";
import { identityEncoder, type Identity } from "./identity-encoder.js";
import { conv, dense, drawFromCode, SLOPE } from "./layers.js";
import type { Ops } from "./ops.js";

/** What the decoder gives for one frame. */
export interface Generated<T> {
  /** x̂, the face as the paper's decoder paints it: [b, 96, 96, 3] in −1…1. */
  readonly painted: T;
  /** f, where each pixel is taken from in the photo's crop, in its pixels: [b, 96, 96, 2] (x, y). */
  readonly flow: T;
  /** m, how much of x̂ is needed: [b, 96, 96, 1] in 0…1. */
  readonly mask: T;
  /** s, how much lighter (or, below 0, darker) what is moved becomes where skin folds or stretches: [b, 96, 96, 1] in −0.5…0.5. */
  readonly shading: T;
}

/** Channels of each picture in {@link Generated}, in the order that engines give them in. */
export const GENERATED_CHANNELS: Readonly<Record<keyof Generated<unknown>, number>> = { painted: 3, flow: 2, mask: 1, shading: 1 };

/** m starts at sigmoid(−2) ≈ 0.12: what the photo shows is moved before anything is painted. */
const MASK_BIAS = -2;

/** s stays within this: no crease is darker than half the skin round it. */
const DEEPEST = 0.5;

/** What is known of a photo before any frame. */
export interface EncodedPhoto<T> {
  readonly identity: Identity<T>;
  /** The expression that the photo itself shows; absent where the decoder is not told. */
  readonly shown?: Expression<T>;
  readonly embedding: IdentityEmbedding<T>;
}

/** G_et, G_es and the photo's side of G_de: the photo's crop [b, 96, 96, 3] in −1…1 → its identity embedding. */
export function encodeIdentity<T>(ops: Ops<T>, config: NetworkConfig, photo: T): EncodedPhoto<T> {
  const identity = identityEncoder(ops, config, photo);
  const shown = config.shown ? expressionEncoder(ops, config, photo) : undefined;
  return { identity, shown, embedding: embedIdentity(ops, config, identity, shown) };
}

/** G_es and G_de: the driver's crop [b, 96, 96, 3] in −1…1 against an identity embedding (of batch 1 or b). */
export function reenactFace<T>(
  ops: Ops<T>, config: NetworkConfig, driver: T, embedding: IdentityEmbedding<T>,
): { expression: Expression<T>; generated: Generated<T> } {
  const expression = expressionEncoder(ops, config, driver);
  return { expression, generated: heads(ops, config, decoder(ops, config, expression, embedding)) };
}

/** The last convolutions, on the decoder's features [b, 96, 96, 64]: the paper's RGB, and beside it the motion head. */
function heads<T>(ops: Ops<T>, config: NetworkConfig, features: T): Generated<T> {
  const inputs = config.channels[0];
  const motion = conv(ops, "decoder.motion", features, 3, inputs, 4, { zero: true });
  return {
    painted: ops.tanh(conv(ops, "decoder.rgb", features, 3, inputs, 3)),
    flow: ops.channels(motion, 0, 2),
    mask: ops.sigmoid(ops.affine(ops.channels(motion, 2, 3), 1, MASK_BIAS)),
    shading: ops.affine(ops.tanh(ops.channels(motion, 3, 4)), DEEPEST),
  };
}

/**
 * x̂' = m ⊙ x̂ + (1 − m) ⊙ (1 + s) ⊙ warp(x_t, f), brightness counted from black: what the photo shows is moved and shaded, only what it does
 * not show is painted. [b, 96, 96, 3].
 *
 * Why s: with the truth's own folds multiplied into what weights without s made, Exp-Sim rose from .896 to .912 on 60 pairs of held-out people
 * (.875 to .891 in the wild).
 */
export function moveAndPaint<T>(ops: Ops<T>, config: NetworkConfig, photo: T, { painted, flow, mask, shading }: Generated<T>): T {
  const moved = ops.warp(photo, flow, config.size);
  const shaded = ops.add(moved, ops.mul(shading, ops.affine(moved, 1, 1)));
  return ops.add(ops.mul(mask, painted), ops.mul(ops.affine(mask, -1, 1), shaded));
}

/** Ẑ, the landmark image that e must hold: [b, 96, 96, 1]. Training alone (L_Z). */
export function drawLandmarks<T>(ops: Ops<T>, config: NetworkConfig, expression: Expression<T>): T {
  return drawFromCode(ops, "expression.landmarks", expression.code, config.expressionCode, config.hidden, config.size, 1);
}

/** Ĥ, the expression-free identity map that h must hold: [b, 96, 96, 3] in −1…1. Training alone (L_H). */
export function drawIdentity<T>(ops: Ops<T>, config: NetworkConfig, identity: Identity<T>): T {
  return drawFromCode(ops, "identity.map", identity.code, config.identityCode, config.hidden, config.size, 3);
}

/** G_es alone: what a driver's crop [b, 96, 96, 3] in −1…1 shows. What a rig is driven by. */
export function readExpression<T>(ops: Ops<T>, config: NetworkConfig, driver: T): ToldFace<T> {
  return tellFace(ops, config, expressionEncoder(ops, config, driver));
}

/** What G_es tells of a face. */
export interface ToldFace<T> {
  /** The basis' expression weights [b, 1, 1, 51], about 0…1; nothing keeps them inside. */
  readonly weights: T;
  /** Where both irises are between the corners of their eyes, as shares of an eye's width: [b, 1, 1, 2], x to the picture's right, y down. */
  readonly gaze?: T;
}

/**
 * Tells a face's expression weights and gaze from e and G_es's last map (`reading` hidden units), or from e alone where `reading` is 0: e is
 * made for a decoder that knows the photo, and 30 numbers hold too little of gaze and of what both sides of a face do.
 */
export function tellFace<T>(ops: Ops<T>, config: NetworkConfig, expression: Expression<T>): ToldFace<T> {
  const { reading, channels, expressionCode, expressionWeights } = config;
  if (reading === 0) return { weights: tellWeights(ops, config, expression) };
  const last = channels.length - 1, seen = ops.concat([expression.code, expression.maps[last]]);
  const hidden = ops.leakyRelu(dense(ops, "expression.reading.hidden", seen, expressionCode + channels[last], reading), SLOPE);
  return {
    weights: dense(ops, "expression.reading.weights", hidden, reading, expressionWeights),
    gaze: dense(ops, "expression.reading.gaze", hidden, reading, 2),
  };
}

/**
 * The expression weights told from e by one layer: [b, 1, 1, 51]. Beyond the paper: its landmark image moves by too few pixels for e to become an
 * expression code within thousands of steps (L_Z stood at 0.214 from step 600 to 1340).
 */
export function tellWeights<T>(ops: Ops<T>, config: NetworkConfig, expression: Expression<T>): T {
  return dense(ops, "expression.weights", expression.code, config.expressionCode, config.expressionWeights);
}

import { ReenactError } from "../../errors.js";
import { clamp01 } from "../geometry/kernels.js";
import { GENERATED_CHANNELS, type Generated } from "../network/aip-gan.js";

/** The identity embedding of a photo: the decoder's photo-only input as plain arrays, by the names of `embeddingShapes`. */
export type Embedding = Readonly<Record<string, Float32Array>>;

/** What the network gives for a batch of frames (see `Generated`); each array holds the frames one after another. */
export interface GeneratedBatch extends Generated<Float32Array> {
  readonly count: number;
  /** x̂ [count, 96, 96, 3] in −1…1. */
  readonly painted: Float32Array;
  /** f [count, 96, 96, 2] in crop pixels: where each pixel is taken from. */
  readonly flow: Float32Array;
  /** m [count, 96, 96, 1] in 0…1. */
  readonly mask: Float32Array;
  /** s [count, 96, 96, 1] in −0.5…0.5. */
  readonly shading: Float32Array;
}

/** A batch out of its pictures by name. */
export async function gatherBatch(count: number, picture: (name: keyof Generated<unknown>) => Float32Array | Promise<Float32Array>): Promise<GeneratedBatch> {
  const names = Object.keys(GENERATED_CHANNELS) as (keyof Generated<unknown>)[];
  const pictures = await Promise.all(names.map(async (name) => [name, await picture(name)]));
  return { count, ...Object.fromEntries(pictures) as Generated<Float32Array> };
}

/** What `read` gives, from all weights one after another: each crop's own, held in 0…1. */
export function splitWeights(told: ArrayLike<number>, count: number): Float32Array[] {
  const each = told.length / count;
  return Array.from({ length: count }, (_, i) => Float32Array.from({ length: each }, (_, k) => clamp01(told[i * each + k])));
}

/** Some frames of a batch, as views. @param from the first @param to one past the last */
export function framesOf(batch: GeneratedBatch, from: number, to: number): GeneratedBatch {
  const part = (data: Float32Array) => data.subarray((from * data.length) / batch.count, (to * data.length) / batch.count);
  return { count: to - from, painted: part(batch.painted), flow: part(batch.flow), mask: part(batch.mask), shading: part(batch.shading) };
}

/** Something that runs AIP-GAN. Calls may overlap; they are worked off one after another. */
export interface FaceEngine extends AsyncDisposable {
  /** For people: `onnx`, `tfjs (wasm)`, … */
  readonly name: string;
  /** G_et: the photo's crop [96, 96, 3] in −1…1 → its embedding. */
  encodeIdentity(photo: Float32Array): Promise<Embedding>;
  /**
   * G_es alone: the expression that each of `count` crops [count, 96, 96, 3] in −1…1 shows, as the basis' weights [count, 51], 0…1.
   * Each array of the list is one crop's.
   */
  read(drivers: Float32Array, count: number): Promise<Float32Array[]>;
  /**
   * G_es and G_de: `count` crops of the driver [count, 96, 96, 3] in −1…1 against one photo's embedding, or against one for each crop.
   *
   * @throws ReenactError USAGE when there are several embeddings but not `count`
   */
  generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch>;
  /** Frees the network. Calls after it throw. */
  close(): Promise<void>;
}

/** What {@link FaceEngine.generate} is given, as one embedding where all crops share it, else as one for each crop. */
export function sharedEmbedding(embedding: Embedding | readonly Embedding[], count: number): Embedding | readonly Embedding[] {
  if (!isList(embedding)) return embedding;
  if (embedding.length !== count) throw new ReenactError("USAGE", `Expected one embedding or ${count}, one for each crop, but received ${embedding.length}.`);
  return embedding.every((one) => one === embedding[0]) ? embedding[0] : embedding;
}

/** Whether there is an embedding for each crop. */
export function isList(embedding: Embedding | readonly Embedding[]): embedding is readonly Embedding[] {
  return Array.isArray(embedding);
}

/** One tensor of several embeddings, one after another. */
export function joinParts(embeddings: readonly Embedding[], name: string): Float32Array {
  const size = embeddings[0][name].length;
  const joined = new Float32Array(size * embeddings.length);
  embeddings.forEach((embedding, i) => joined.set(embedding[name], i * size));
  return joined;
}

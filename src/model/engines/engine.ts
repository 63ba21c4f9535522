/** The identity embedding of a photo: the decoder's photo-only input as plain arrays, by the names of `embeddingShapes`. */
export type Embedding = Readonly<Record<string, Float32Array>>;

/** What the network gives for a batch of frames; each array holds the frames one after another. */
export interface GeneratedBatch {
  readonly count: number;
  /** x̂ [count, 96, 96, 3] in −1…1. */
  readonly painted: Float32Array;
  /** f [count, 96, 96, 2] in crop pixels: where each pixel is taken from. */
  readonly flow: Float32Array;
  /** m [count, 96, 96, 1] in 0…1. */
  readonly mask: Float32Array;
}

/** Something that runs AIP-GAN. Calls may overlap; they are worked off one after another. */
export interface FaceEngine {
  /** For people: `onnx`, `tfjs (wasm)`, … */
  readonly name: string;
  /** G_et: the photo's crop [96, 96, 3] in −1…1 → its embedding. */
  encodeIdentity(photo: Float32Array): Promise<Embedding>;
  /**
   * G_es and G_de: `count` crops of the driver [count, 96, 96, 3] in −1…1 against one photo's embedding, or against one for each crop.
   *
   * @throws RangeError when there are several embeddings but not `count`
   */
  generate(drivers: Float32Array, count: number, embedding: Embedding | readonly Embedding[]): Promise<GeneratedBatch>;
  /** Frees the network. Calls after it throw. */
  close(): Promise<void>;
}

/** What {@link FaceEngine.generate} is given, as one embedding where all crops share it, else as one for each crop. */
export function sharedEmbedding(embedding: Embedding | readonly Embedding[], count: number): Embedding | readonly Embedding[] {
  if (!isList(embedding)) return embedding;
  if (embedding.length !== count) throw new RangeError(`Expected one embedding or ${count}, one for each crop, but received ${embedding.length}`);
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

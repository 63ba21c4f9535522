import * as tf from "@tensorflow/tfjs";

/**
 * Computes tensors inside a tidy and reads them, float32, row by row. Nothing of them stays.
 * It waits for the device instead of blocking on it: tfjs on WebGPU cannot read synchronously in Node.
 */
export async function readTensors(compute: () => tf.Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(compute);
  try {
    return await Promise.all(tensors.map(async (tensor) => (await tensor.data<"float32">()).slice()));
  } finally {
    tf.dispose(tensors);
  }
}

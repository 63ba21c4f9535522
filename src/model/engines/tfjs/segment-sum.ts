import * as tf from "@tensorflow/tfjs";

/**
 * Registers the kernel that the gradient of `gather` needs on a backend without it, as tfjs's WASM backend is: rows are added to the row
 * of the result that their segment names. Plain JavaScript, on the CPU; the flow loss gathers a few thousand rows a step.
 */
export function registerSegmentSum(backendName: string): void {
  if (tf.getKernel(tf.UnsortedSegmentSum, backendName)) return;
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum, backendName,
    kernelFunc: ({ inputs, attrs }) => segmentSum(inputs.x as tf.Tensor, inputs.segmentIds as tf.Tensor1D, (attrs as unknown as { numSegments: number }).numSegments),
  });
}

/** @param x [n, …]; @param segments [n] int32, those below 0 are dropped; @returns [count, …] */
export function segmentSum(x: tf.Tensor, segments: tf.Tensor1D, count: number): tf.Tensor {
  const values = x.dataSync<"float32">(), ids = segments.dataSync<"int32">();
  const length = values.length / ids.length, sums = new Float32Array(count * length);
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0) continue;
    for (let k = 0; k < length; k++) sums[ids[i] * length + k] += values[i * length + k];
  }
  return tf.tensor(sums, [count, ...x.shape.slice(1)], "float32");
}

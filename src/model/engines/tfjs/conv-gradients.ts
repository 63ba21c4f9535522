import * as tf from "@tensorflow/tfjs";

type Size4 = readonly [number, number, number, number];

/** What tfjs hands the two kernels of a convolution's gradient. */
interface GradientAttributes {
  readonly strides: readonly [number, number] | number;
  readonly pad: unknown;
  readonly filterShape?: Size4;
}

/**
 * Gives a backend the gradients of stride-1, size-keeping convolutions out of its own convolution. tfjs's WASM backend has no
 * `Conv2DBackpropFilter` at all, and its `Conv2DBackpropInput` is a plain loop, eight times slower than XNNPACK's convolution.
 * Other convolutions go where they went before. May be called again.
 */
export function registerConvGradients(backendName: string): void {
  replace(tf.Conv2DBackpropFilter, backendName, ({ x, dy }, { filterShape }) => filterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, filterShape!));
  replace(tf.Conv2DBackpropInput, backendName, ({ dy, filter }) => inputGradient(dy as tf.Tensor4D, filter as tf.Tensor4D));
}

const ours = new Set<string>();

function replace(kernelName: string, backendName: string, compute: (inputs: tf.NamedTensorMap, attrs: GradientAttributes) => tf.Tensor): void {
  const key = `${backendName}/${kernelName}`;
  if (ours.has(key)) return;
  ours.add(key);
  const before = tf.getKernel(kernelName, backendName);
  if (before) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    ...before, kernelName, backendName,
    kernelFunc: (call) => {
      const attrs = call.attrs as unknown as GradientAttributes;
      const [down, across] = typeof attrs.strides === "number" ? [attrs.strides, attrs.strides] : attrs.strides;
      if (down === 1 && across === 1 && attrs.pad === "same") return compute(call.inputs as tf.NamedTensorMap, attrs);
      if (before) return before.kernelFunc(call);
      throw new RangeError(`Expected a convolution of stride 1 that keeps the size but received stride ${down}×${across}, padding ${String(attrs.pad)}`);
    },
  });
}

/**
 * For the kernel: channels and images change places, and what came back is slid over what went in.
 *
 * @param x [b, h, w, in]; @param dy [b, h, w, out]; @returns [k, k, in, out]
 */
export function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, [kh, kw]: Size4): tf.Tensor4D {
  return tf.tidy(() => {
    const [top, bottom] = margins(kh), [left, right] = margins(kw);
    const under = tf.transpose(tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]), [3, 1, 2, 0]); // [in, h + k − 1, w + k − 1, b]
    const slid = tf.conv2d(under, tf.transpose(dy, [1, 2, 0, 3]), 1, "valid"); // [in, k, k, out]
    return tf.transpose(slid, [1, 2, 0, 3]);
  });
}

/** For the input: what came back, convolved with the kernel turned by half a turn and its channels exchanged. [b, h, w, in] */
export function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const [top, bottom] = margins(filter.shape[0]), [left, right] = margins(filter.shape[1]);
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
    return tf.conv2d(tf.pad(dy, [[0, 0], [bottom, top], [right, left], [0, 0]]), turned, 1, "valid");
  });
}

/** Zeros before and after that keep the size under a kernel of this length. */
function margins(length: number): [before: number, after: number] {
  const before = Math.floor((length - 1) / 2);
  return [before, length - 1 - before];
}

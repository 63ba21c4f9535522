import type * as tf from "@tensorflow/tfjs";

/** A frozen network whose features a perceptual loss compares. Whoever opens it closes it. */
export interface FeatureNetwork extends Disposable {
  /**
   * Differentiable in `x`; call it inside a tidy.
   *
   * @param x [b, 96, 96, 3] in −1…1
   * @returns tensors whose last axis is channels
   */
  features(x: tf.Tensor): readonly tf.Tensor[];
  close(): void;
}

/** The two networks of L_id and L_e. */
export interface PerceptualNetworks {
  readonly identity: FeatureNetwork;
  readonly expression: FeatureNetwork;
}

import * as tf from "@tensorflow/tfjs";
import { TfjsOps } from "../engines/tfjs/tfjs-ops.js";
import type { FeatureNetwork } from "./feature-network.js";
import type { LoadedPerceptual } from "./perceptual-files.js";
import { perceive, perceptualParameters } from "./perceptual-network.js";

/** A network of {@link perceive}, frozen. */
export function ownFeatureNetwork({ config, weights }: LoadedPerceptual): FeatureNetwork {
  const tensors = new Map(perceptualParameters(config, false).map(({ name, shape }) => [name, tf.keep(tf.tensor(weights.get(name)!.data, [...shape]))]));
  const ops = new TfjsOps((name) => tensors.get(name)!);
  return {
    features: (x) => perceive<tf.Tensor>(ops, config, x).features,
    close() {
      ops.close();
      tf.dispose([...tensors.values()]);
      tensors.clear();
    },
    [Symbol.dispose]() {
      this.close();
    },
  };
}

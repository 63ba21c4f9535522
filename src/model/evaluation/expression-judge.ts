import { openPackagedModel } from "../packaged/packaged-model.js";
import { faceSquare } from "./face-square.js";

const SIDE = 64;
const LAYERS = "StatefulPartitionedCall/model_1/";

/** Weights of red, green and blue in grey, as the package takes them. */
const GREY = [0.2989, 0.587, 0.114];

const BATCH = 32;

/** Says how alike two faces' expressions are. */
export interface ExpressionJudge extends AsyncDisposable {
  /** @param crops registered crops, [96, 96, 3] RGB each @returns [8, 8, 256] each, to be compared by their cosine */
  describe(crops: readonly Uint8Array[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * The emotion network of the `@vladmandic/human` package (a mini-Xception trained on FER2013, Arriaga et al. 2017). No loss of this
 * project knows it. Its last convolution makes the classes' own maps; what goes into it, [8, 8, 256], is described here, as with VGG the
 * last convolution in front of the classifier: of 300 triples (a face, another person with the same expression, the same other person
 * with another expression) it calls the right one more alike in 91 %, the classes' maps in 80 %.
 *
 * It is a weak judge across people: those exact matches have a cosine of .47 on average, the wrong ones .39. So a similarity says
 * something only beside that of the truth.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function openExpressionJudge(): Promise<ExpressionJudge> {
  const model = await openPackagedModel("emotion", { features: `${LAYERS}add_2/add` });
  return {
    async describe(crops) {
      const found: Float32Array[] = [];
      for (let from = 0; from < crops.length; from += BATCH) {
        const some = crops.slice(from, from + BATCH);
        const planes = new Float32Array(some.length * SIDE * SIDE);
        some.forEach((crop, i) => planes.set(grey(crop), i * SIDE * SIDE));
        const { features } = await model.run(planes, some.length, SIDE, 1);
        const size = features.length / some.length;
        some.forEach((_, i) => found.push(features.slice(i * size, (i + 1) * size)));
      }
      return found;
    },
    close: () => model.close(),
    [Symbol.asyncDispose]: () => model.close(),
  };
}

/** Grey, −1…1. */
function grey(crop: Uint8Array): Float32Array {
  const rgb = faceSquare(crop, SIDE, [0, 1]), plane = SIDE * SIDE;
  return Float32Array.from({ length: plane }, (_, i) => 2 * GREY.reduce((sum, weight, c) => sum + weight * rgb[c * plane + i], 0) - 1);
}

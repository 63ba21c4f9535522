import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { AHEAD, STRAIGHT, type RigPose } from "../rig/rig-pose.js";
import { Rig } from "../rig/rig.js";
import type { ExpressionBasis } from "./expression-basis.js";
import { polygonCoverage } from "./polygon-coverage.js";

/**
 * Renders one photo's person with any expression for training: by the very rig that users see. The same photo, landmarks and weights always
 * give the same picture.
 */
export class FaceSynthesizer {
  /** [51] the expression the photo shows. */
  readonly currentWeights: Float32Array;
  readonly #basis: ExpressionBasis;
  readonly #image: Pixels;
  readonly #rig: Rig;

  /**
   * @param image the photo; it is not copied and must not change
   * @param face its landmarks; irises where the source knows them
   * @param currentWeights [51] the expression the photo shows; from the landmarks' blendshape scores when left out
   * @throws RangeError when there are neither scores nor `currentWeights`
   */
  constructor(basis: ExpressionBasis, image: Pixels, face: FaceLandmarks, currentWeights?: Float32Array) {
    this.#basis = basis;
    this.#image = image;
    this.#rig = new Rig(basis, image, face, currentWeights);
    this.currentWeights = this.#rig.currentWeights;
  }

  /**
   * The person with another expression.
   *
   * @param weights [51], 0…1
   * @param held how the head is turned and where the eyes look; as in the photo when left out
   * @returns a new image of the photo's size
   */
  render(weights: ArrayLike<number>, held: Partial<Pick<RigPose, "head" | "gaze">> = {}): Pixels {
    const { width, height } = this.#image;
    return { data: this.#rig.render({ weights: Float32Array.from(weights), head: STRAIGHT, gaze: AHEAD, ...held }), width, height };
  }

  /**
   * Where the landmarks are after the change of expression.
   *
   * @param weights [51], 0…1
   * @returns [468, 2] pixels, pixel centres at .5
   */
  landmarks(weights: ArrayLike<number>): Float32Array {
    return this.#rig.landmarks(weights);
  }

  /** The expression-free identity map (AIP-GAN's H): the neutral face, black outside its oval; of the photo's size. */
  identityMap(): Pixels {
    const neutral = new Float32Array(this.currentWeights.length);
    const { data, width, height } = this.render(neutral), points = this.landmarks(neutral);
    const oval = Float64Array.from(this.#basis.faceOval.flatMap((v) => [points[2 * v] - 0.5, points[2 * v + 1] - 0.5]));
    const mask = polygonCoverage(oval, 0, { x: 0, y: 0, width, height });
    const map = new Uint8Array(data.length);
    for (let i = 0; i < mask.data.length; i++) {
      const at = ((mask.y + Math.floor(i / mask.width)) * width + mask.x + (i % mask.width)) * 3;
      for (let c = 0; c < 3; c++) map[at + c] = Math.round(data[at + c] * Math.min(1, mask.data[i]));
    }
    return { data: map, width, height };
  }
}

import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "../landmarks/face.js";
import { boundingRect, type Canvas, type Rect } from "./canvas.js";
import { CLOSING_LIDS, CLOSING_LIPS, closureOf, paintClosingLine, retreatFromMargin } from "./closing-rims.js";
import { displacement } from "./displacement.js";
import { paintEye } from "./eyes.js";
import { weightsFromScores, type ExpressionBasis } from "./expression-basis.js";
import { paintMouth, type MouthParts } from "./mouth.js";
import { polygonCoverage } from "./polygon-coverage.js";
import { poseFace, type PosedFace } from "./posed-face.js";
import { sampleBicubic } from "./sample-image.js";
import { lightFactor, shadingChange } from "./shading.js";
import { skinTone } from "./skin-tone.js";
import { prefilterTeeth } from "./teeth.js";
import { createWarpField, fillWarpField, type WarpField } from "./warp-field.js";
import { displaceMesh, warpMesh, type WarpMesh } from "./warp-mesh.js";

/** Faces up to this size (pixels per centimetre) are smoothed by one pixel, larger ones in proportion. */
const FINE_SCALE = 20;
/** First iris landmark of the right and the left eye. */
const IRISES = [468, 473] as const;

/**
 * Renders one photo's person with any expression: the photo is warped with a 3-D expression basis, creases are shaded, eyes and mouth
 * are repainted. The same photo, landmarks and weights always give the same picture.
 */
export class FaceSynthesizer {
  /** [51] the expression the photo shows. */
  readonly currentWeights: Float32Array;
  readonly #image: Pixels;
  readonly #face: PosedFace;
  readonly #mesh: WarpMesh;
  readonly #field: WarpField;
  readonly #canvas: Canvas;
  readonly #mouth: MouthParts;
  readonly #detail: number;

  /**
   * @param image the photo; it is not copied and must not change
   * @param face its landmarks, 478 or 468 (without irises the eyes are taken to look ahead), with blendshape scores
   * @param currentWeights [51] when they are known better than from the scores, or there are none
   * @throws RangeError when the landmarks are of another kind or, without `currentWeights`, have no scores
   */
  constructor(basis: ExpressionBasis, image: Pixels, face: FaceLandmarks, currentWeights?: Float32Array) {
    if (!currentWeights && !face.blendshapes) throw new RangeError("Expected landmarks with blendshape scores, or the photo's weights");
    this.currentWeights = currentWeights?.slice() ?? weightsFromScores(basis, face.blendshapes!);
    this.#image = image;
    this.#face = poseFace(basis, face, this.currentWeights);
    this.#mesh = warpMesh(this.#face);
    const rect = boundingRect(this.#mesh.points, 2, imageRect(image));
    this.#field = createWarpField(rect);
    this.#canvas = { ...rect, data: new Float32Array(rect.width * rect.height * 3) };
    const { scale } = this.#face.pose;
    this.#detail = Math.max(1, scale / FINE_SCALE);
    this.#mouth = {
      upperTeeth: prefilterTeeth(basis.teeth.upper, scale),
      lowerTeeth: prefilterTeeth(basis.teeth.lower, scale),
      toNeutral: displacement(this.#face, new Float32Array(basis.blendshapes.length)),
      tone: skinTone(image, this.#face),
    };
  }

  /**
   * The person with another expression.
   *
   * @param weights [51], 0…1
   * @returns a new image of the photo's size
   */
  render(weights: ArrayLike<number>): Pixels {
    const face = this.#face, { basis } = face, detail = this.#detail;
    this.#checkWeights(weights);
    const target = displaceMesh(face, this.#mesh, displacement(face, weights));
    const closing = [CLOSING_LIPS, CLOSING_LIDS, CLOSING_LIDS].map((look, i) => {
      const opening = [basis.lips, ...basis.eyes][i];
      return { opening, look, closure: closureOf(face, opening, look, target) };
    });
    const source = this.#mesh.points.slice();
    for (const { opening, look, closure } of closing) retreatFromMargin(source, face, opening, look, closure);
    fillWarpField(this.#field, face, { ...this.#mesh, points: source }, target, shadingChange(basis, face.current, weights), detail);
    this.#warp();
    basis.eyes.forEach((eye, i) => paintEye(this.#canvas, this.#image, face, eye, IRISES[i], target, this.#mouth.tone, detail));
    paintMouth(this.#canvas, this.#image, face, this.#mouth, target, weights, detail);
    for (const { opening, look, closure } of closing) paintClosingLine(this.#canvas, this.#image, face, opening, look, target, closure);
    return this.#compose();
  }

  /**
   * Where the landmarks are after the change of expression.
   *
   * @param weights [51], 0…1
   * @returns [468, 2] pixels, pixel centres at .5
   */
  landmarks(weights: ArrayLike<number>): Float32Array {
    this.#checkWeights(weights);
    const moved = displacement(this.#face, weights);
    return Float32Array.from(moved, (shift, i) => this.#face.points[i] + shift + 0.5);
  }

  /** The expression-free identity map (AIP-GAN's H): the neutral face, black outside its oval; of the photo's size. */
  identityMap(): Pixels {
    const neutral = new Float32Array(this.currentWeights.length);
    const { data, width, height } = this.render(neutral);
    const moved = this.#mouth.toNeutral;
    const { basis, points } = this.#face;
    const oval = Float64Array.from(basis.faceOval.flatMap((v) => [points[2 * v] + moved[2 * v], points[2 * v + 1] + moved[2 * v + 1]]));
    const mask = polygonCoverage(oval, 0, imageRect(this.#image));
    const map = new Uint8Array(data.length);
    for (let i = 0; i < mask.data.length; i++) {
      const at = ((mask.y + Math.floor(i / mask.width)) * width + mask.x + (i % mask.width)) * 3;
      for (let c = 0; c < 3; c++) map[at + c] = Math.round(data[at + c] * Math.min(1, mask.data[i]));
    }
    return { data: map, width, height };
  }

  #checkWeights(weights: ArrayLike<number>): void {
    if (weights.length !== this.currentWeights.length) {
      throw new RangeError(`Expected ${this.currentWeights.length} weights but received ${weights.length}`);
    }
  }

  /** The photo through the field onto the canvas. */
  #warp(): void {
    const { dx, dy, light, x: left, y: top, width, height } = this.#field, { data } = this.#canvas, image = this.#image;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const at = 3 * i;
        if (Math.abs(dx[i]) < 1e-3 && Math.abs(dy[i]) < 1e-3) {
          const from = ((top + y) * image.width + left + x) * 3;
          data[at] = image.data[from];
          data[at + 1] = image.data[from + 1];
          data[at + 2] = image.data[from + 2];
        } else {
          sampleBicubic(image.data, image.width, image.height, left + x + dx[i], top + y + dy[i], data, at);
        }
        if (light[i] !== 0) {
          const factor = lightFactor(light[i]);
          for (let c = at; c < at + 3; c++) data[c] = Math.min(255, Math.max(0, data[c])) * factor;
        }
      }
    }
  }

  /** The canvas in the photo. */
  #compose(): Pixels {
    const { data, width, height } = this.#image, canvas = this.#canvas;
    const result = new Uint8Array(data); // slice() of a Buffer would be a view of the photo
    const rounding = new Uint8ClampedArray(result.buffer);
    for (let y = 0; y < canvas.height; y++) {
      const from = y * canvas.width * 3, to = ((canvas.y + y) * width + canvas.x) * 3;
      rounding.set(canvas.data.subarray(from, from + canvas.width * 3), to);
    }
    return { data: result, width, height };
  }
}

function imageRect({ width, height }: Pixels): Rect {
  return { x: 0, y: 0, width, height };
}

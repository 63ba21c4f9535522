import type { Pixels } from "../../frame.js";
import { applySimilarity, fitSimilarity, invertSimilarity, type Similarity } from "../geometry/similarity.js";
import type { ExpressionBasis } from "../synthesis/expression-basis.js";
import { gaussianBlur } from "../synthesis/gaussian-blur.js";
import { polygonCoverage } from "../synthesis/polygon-coverage.js";
import { sampleBicubic } from "../synthesis/sample-image.js";
import { planeSharpness } from "./image-measures.js";
import { alignRigid, eyeDistance } from "./rigid-points.js";

/** The face is looked at with its outer eye corners so far apart, pixels: as in the photo, within these bounds … */
const SMALLEST = 40, LARGEST = 200;
/** … in a square so many times as wide, the corners on a level at these places of it. */
const SIDE = 2.56, CORNERS = [0.78, 1, 1.78, 1];
/** Film grain, which any encoder removes, does not count: pixels are blurred by so much. */
const GRAIN = 1;
/** The face's outline is taken in by so much, and the lips' inner rim out. */
const INSIDE = 0.95, MOUTH = 1.25;

/** Measures how sharp faces are, at the place, the size and the angle of one photo's face. */
export class FaceSharpness {
  readonly #photo: ArrayLike<number>;
  readonly #toSquare: Similarity;
  readonly #side: number;
  readonly #outline: readonly number[];
  readonly #lips: readonly number[];

  /** @param photo the photo's landmarks x0, y0, z0, x1, … */
  constructor({ faceOval, lips }: Pick<ExpressionBasis, "faceOval" | "lips">, photo: ArrayLike<number>) {
    const unit = Math.min(LARGEST, Math.max(SMALLEST, eyeDistance(photo)));
    this.#photo = photo;
    this.#side = Math.round(SIDE * unit);
    this.#toSquare = fitSimilarity([photo[3 * 33], photo[3 * 33 + 1], photo[3 * 263], photo[3 * 263 + 1]], CORNERS.map((at) => at * unit));
    this.#outline = faceOval;
    this.#lips = [...lips.upper, ...lips.lower.slice(1, -1).reverse()];
  }

  /**
   * The variance of the Laplacian between the face's outline and the lips, grey levels²: comparable between pictures of this photo's face only.
   *
   * @param points of the face in `image`
   */
  of(image: Pixels, points: ArrayLike<number>): number {
    const toPhoto = alignRigid(points, this.#photo), side = this.#side;
    const toSquare = (x: number, y: number) => applySimilarity(this.#toSquare, ...applySimilarity(toPhoto, x, y));
    const grey = sampleGrey(image, invertSimilarity(compose(this.#toSquare, toPhoto)), side);
    gaussianBlur(grey, side, side, GRAIN);
    const ring = (vertices: readonly number[], grow: number) => scaled(vertices.flatMap((i) => toSquare(points[3 * i], points[3 * i + 1])), grow);
    const mask = new Float32Array(side * side), whole = { x: 0, y: 0, width: side, height: side };
    paint(mask, side, polygonCoverage(ring(this.#outline, INSIDE), 0, whole), 1);
    paint(mask, side, polygonCoverage(ring(this.#lips, MOUTH), 0, whole), 0);
    return planeSharpness(grey, side, side, undefined, mask);
  }
}

/** `outer` after `inner`. */
function compose(outer: Similarity, inner: Similarity): Similarity {
  const [tx, ty] = applySimilarity(outer, inner.tx, inner.ty);
  return { a: outer.a * inner.a - outer.b * inner.b, b: outer.b * inner.a + outer.a * inner.b, tx, ty };
}

/** Luma of a turned square of a picture; where it shrinks, averaged over every pixel's own area. [side, side] */
function sampleGrey({ data, width, height }: Pixels, toImage: Similarity, side: number): Float32Array {
  const taps = Math.min(8, Math.max(1, Math.ceil(Math.hypot(toImage.a, toImage.b) - 0.25))), out = new Float32Array(side * side), rgb = new Float32Array(3);
  for (let y = 0, p = 0; y < side; y++) {
    for (let x = 0; x < side; x++, p++) {
      for (let t = 0; t < taps * taps; t++) {
        const [u, v] = applySimilarity(toImage, x + ((t % taps) + 0.5) / taps, y + (Math.floor(t / taps) + 0.5) / taps);
        sampleBicubic(data, width, height, u - 0.5, v - 0.5, rgb, 0);
        out[p] += (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / (taps * taps);
      }
    }
  }
  return out;
}

/** A polygon grown about the middle of its corners. */
function scaled(polygon: readonly number[], factor: number): number[] {
  const count = polygon.length / 2, middle = [0, 1].map((axis) => polygon.reduce((sum, value, i) => (i % 2 === axis ? sum + value : sum), 0) / count);
  return polygon.map((value, i) => middle[i % 2] + factor * (value - middle[i % 2]));
}

/** Sets what a shape covers by more than half. */
function paint(mask: Float32Array, side: number, { x, y, width, height, data }: ReturnType<typeof polygonCoverage>, value: number): void {
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) if (data[v * width + u] > 0.5) mask[(y + v) * side + x + u] = value;
  }
}

import { applySimilarity } from "../geometry/similarity.js";
import { alignRigid, eyeDistance } from "./rigid-points.js";

/**
 * How much a face trembles in a clip: the mean second difference of its landmarks over time, in thousandths of the distance of the outer eye
 * corners, with the head's own motion taken away (every frame is aligned to the first face by its rigid points). Keeps three frames.
 */
export class Trembling {
  #first: { readonly points: ArrayLike<number>; readonly unit: number } | undefined;
  /** The two frames before, aligned: [points, 2] each; undefined without a face. */
  #before: Float64Array | undefined;
  #last: Float64Array | undefined;
  #sum = 0;
  #count = 0;

  /** Takes the next frame's landmarks x0, y0, z0, x1, … into account; undefined where no face was found. */
  add(points: ArrayLike<number> | undefined): void {
    const now = points && this.#align(points);
    const [a, b] = [this.#before, this.#last];
    if (a && b && now) {
      for (let i = 0; i < now.length; i += 2) this.#sum += Math.hypot(now[i] - 2 * b[i] + a[i], now[i + 1] - 2 * b[i + 1] + a[i + 1]);
      this.#count += now.length / 2;
    }
    this.#before = b;
    this.#last = now;
  }

  /** So far; NaN before three faces in a row. */
  get value(): number {
    return this.#count > 0 ? (1000 * this.#sum) / this.#count / this.#first!.unit : NaN;
  }

  #align(points: ArrayLike<number>): Float64Array {
    this.#first ??= { points: Float32Array.from(points), unit: eyeDistance(points) };
    const toFirst = alignRigid(points, this.#first.points), out = new Float64Array((2 * points.length) / 3);
    for (let i = 0; i < points.length / 3; i++) out.set(applySimilarity(toFirst, points[3 * i], points[3 * i + 1]), 2 * i);
    return out;
  }
}

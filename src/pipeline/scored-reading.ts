import type { Pixels } from "../frame.js";
import type { FaceEngine } from "../model/engines/engine.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { DetectOptions, LandmarkSource } from "../model/landmarks/source.js";
import { weightsFromScores, type ExpressionBasis } from "../model/synthesis/expression-basis.js";

/**
 * Stands in for a network that reads drivers: it says what MediaPipe scored in the very frames. Whoever looks for a face and then reads it, in
 * order, is told that face's scores as weights; both sides of it must serve the same frames.
 */
export class ScoredReading implements LandmarkSource, Pick<FaceEngine, "read"> {
  readonly name = "mediapipe";
  readonly #scoring: LandmarkSource;
  readonly #following: LandmarkSource;
  readonly #basis: ExpressionBasis;
  /** Of faces that were found and not read yet; as many as are on the way. */
  readonly #found: Float32Array[] = [];

  /** @param scoring MediaPipe with its scores, for single pictures @param following another such, for sequences; both stay their owner's */
  constructor(scoring: LandmarkSource, following: LandmarkSource, basis: ExpressionBasis) {
    this.#scoring = scoring;
    this.#following = following;
    this.#basis = basis;
  }

  async detect(image: Pixels, options?: DetectOptions): Promise<FaceLandmarks[]> {
    const single = options?.timestamp === undefined, faces = await (single ? this.#scoring : this.#following).detect(image, options);
    if (faces.length === 0) return faces;
    // Scores of a followed face are smoothed over time, late and too small where a lid is quick: those of the frame by itself are not.
    const [alone = faces[0]] = single ? faces : await this.#scoring.detect(image);
    this.#found.push(weightsFromScores(this.#basis, alone.blendshapes!));
    return faces;
  }

  /** @throws Error when more faces are read than were found */
  async read(_drivers: Float32Array, count: number): Promise<Float32Array[]> {
    if (this.#found.length < count) throw new Error(`Expected ${count} faces that were found and not read yet but there are ${this.#found.length}`);
    return this.#found.splice(0, count);
  }

  /** Faces that were found and not read yet. */
  get waiting(): number {
    return this.#found.length;
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

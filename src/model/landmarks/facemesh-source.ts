import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";
import { type FaceDetector, openFaceDetector } from "./face-detector.js";
import { type FaceMesh, openFaceMesh, roiOfLandmarks } from "./face-mesh.js";
import { type Roi, roiDistance, roiInside } from "./roi.js";
import { Serial } from "./serial.js";
import type { DetectOptions, LandmarkSource } from "./source.js";

/** Below this the region holds no face. */
const MIN_SCORE = 0.5;

/** A region and the one that its own landmarks ask for agree when they are nearer than this (see {@link roiDistance}). */
const SETTLED = 0.02;

/** When following a face, a region further off than this is looked at again: the face has jumped. */
const JUMPED = 0.15;

/** No region is corrected more often than this. */
const MAX_LOOKS = 4;

/**
 * BlazeFace and FaceMesh out of the `@vladmandic/human` package, run by onnxruntime: 468 points, no irises, no blendshapes; nothing is
 * downloaded. In a sequence one face is followed, the largest at its beginning: the detector runs only at the beginning and when the
 * face is lost. With `maxFaces` above 1 nothing is followed and every picture goes through the detector.
 *
 * A detection is corrected until the region and the landmarks found in it agree, so that what a sequence yields depends little on where
 * it began.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE
 */
export async function createFacemeshSource(): Promise<LandmarkSource> {
  const [detector, mesh] = await Promise.all([openFaceDetector(), openFaceMesh()]);
  return new FacemeshSource(detector, mesh);
}

class FacemeshSource implements LandmarkSource {
  readonly name = "facemesh";
  readonly #detector: FaceDetector;
  readonly #mesh: FaceMesh;
  /** Where the followed face is expected; undefined when none is followed. */
  #next: Roi | undefined;
  #lastTimestamp = -Infinity;
  #closed = false;
  readonly #serial = new Serial();

  constructor(detector: FaceDetector, mesh: FaceMesh) {
    this.#detector = detector;
    this.#mesh = mesh;
  }

  async detect(image: Pixels, options: DetectOptions = {}): Promise<FaceLandmarks[]> {
    if (this.#closed) throw new Error("Expected an open landmark source but it was closed");
    return this.#serial.run(() => this.#detect(image, options));
  }

  async #detect(image: Pixels, { timestamp, maxFaces = 1 }: DetectOptions): Promise<FaceLandmarks[]> {
    if (timestamp === undefined || maxFaces > 1) return this.#find(image, maxFaces);
    const expected = timestamp > this.#lastTimestamp ? this.#next : undefined;
    this.#lastTimestamp = timestamp;
    const followed = expected && await this.#settle(image, expected, JUMPED);
    const face = followed ?? (await this.#find(image, 1)).at(0);
    this.#next = face && roiOfLandmarks(face);
    return face ? [face] : [];
  }

  async #find(image: Pixels, maxFaces: number): Promise<FaceLandmarks[]> {
    const faces: FaceLandmarks[] = [];
    for (const roi of await this.#detector.detect(image)) {
      const face = await this.#settle(image, roi, SETTLED);
      if (face) faces.push(face);
      if (faces.length === maxFaces) break;
    }
    return faces;
  }

  /** Looks at a region, and again at the one that the landmarks ask for until both agree; undefined when there is no face. */
  async #settle(image: Pixels, start: Roi, tolerance: number): Promise<FaceLandmarks | undefined> {
    for (let roi = start, look = 1; roiInside(roi, image); look++) {
      const face = await this.#mesh.locate(image, roi);
      if (face.score < MIN_SCORE) return undefined;
      const next = roiOfLandmarks(face);
      if (look === MAX_LOOKS || roiDistance(roi, next) < tolerance) return face;
      roi = next;
    }
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#serial.run(() => Promise.all([this.#detector.close(), this.#mesh.close()]));
  }
}

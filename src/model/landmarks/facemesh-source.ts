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
const SETTLED = 0.005;

/** When following a face, a region further off than this is corrected once. Landmarks hardly suffer from less. */
const MOVED = 0.06;

/** When following a face, a region further off than this is not trusted: FaceMesh draws a face, and is sure of it, beside a face too. */
const JUMPED = 0.15;

/** No detection is corrected more often than this; each time the rest is about a tenth. */
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
    const followed = expected && await this.#follow(image, expected);
    const face = followed ?? (await this.#find(image, 1)).at(0);
    this.#next = face && roiOfLandmarks(face);
    return face ? [face] : [];
  }

  async #find(image: Pixels, maxFaces: number): Promise<FaceLandmarks[]> {
    const faces: FaceLandmarks[] = [];
    for (const roi of await this.#detector.detect(image)) {
      const face = await this.#settle(image, roi);
      if (face) faces.push(face);
      if (faces.length === maxFaces) break;
    }
    return faces;
  }

  /** The face in a detected region, looked at again until the region and the one that its landmarks ask for agree. */
  async #settle(image: Pixels, detected: Roi): Promise<FaceLandmarks | undefined> {
    let face: FaceLandmarks | undefined;
    for (let roi = detected, looks = 0; looks < MAX_LOOKS; looks++) {
      face = await this.#look(image, roi);
      if (!face) return undefined;
      const next = roiOfLandmarks(face);
      if (roiDistance(roi, next) < SETTLED) break;
      roi = next;
    }
    return face;
  }

  /** The face where it is expected; undefined when it is not there. */
  async #follow(image: Pixels, expected: Roi): Promise<FaceLandmarks | undefined> {
    const face = await this.#look(image, expected);
    if (!face) return undefined;
    const next = roiOfLandmarks(face);
    const distance = roiDistance(expected, next);
    if (distance < MOVED) return face;
    const again = distance < JUMPED ? await this.#look(image, next) : undefined;
    return again && roiDistance(next, roiOfLandmarks(again)) < MOVED ? again : undefined;
  }

  async #look(image: Pixels, roi: Roi): Promise<FaceLandmarks | undefined> {
    if (!roiInside(roi, image)) return undefined;
    const face = await this.#mesh.locate(image, roi);
    return face.score < MIN_SCORE ? undefined : face;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#serial.run(() => Promise.all([this.#detector.close(), this.#mesh.close()]));
  }
}

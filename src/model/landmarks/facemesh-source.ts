import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";
import { type FaceDetector, openFaceDetector } from "./face-detector.js";
import { type FaceMesh, openFaceMesh, pictureChange, roiOfLandmarks, type Sighting } from "./face-mesh.js";
import { type IrisModel, openIrisModel } from "./iris-model.js";
import { type Roi, roiDistance, roiInside } from "./roi.js";
import { Serial } from "./serial.js";
import type { DetectOptions, LandmarkSource } from "./source.js";

/** Below this the region holds no face. */
const MIN_SCORE = 0.5;

/** A region and the one that its own landmarks ask for agree when they are nearer than this (see {@link roiDistance}). */
const SETTLED = 0.005;

/** No detection is corrected more often than this; each time the rest is about a tenth. */
const MAX_LOOKS = 4;

/**
 * Beside a face FaceMesh draws a face too, and is sure of it: after a cut its score is worth nothing. So a followed face is believed only
 * when its region moves by less than MOVED and what the region shows changes by less than CHANGED; otherwise the detector decides. In
 * 150 made-up cuts between photos 62 such phantoms came about: two moved less, none changed less (.127 was the least).
 */
const MOVED = 0.05;
const CHANGED = 0.1;

/**
 * BlazeFace and FaceMesh out of the `@vladmandic/human` package, run by onnxruntime: 468 points, irises where asked for, no blendshapes;
 * nothing is downloaded. In a sequence one face is followed, the largest at its beginning: the detector runs only at the beginning and when the
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

/** Sequences that are remembered; of more than these the one that has not come for the longest time is forgotten. */
const MAX_SEQUENCES = 64;

/** What is known of a sequence. */
interface Sequence {
  /** The followed face as it was last seen; undefined when none is followed. */
  last: Sighting | undefined;
  timestamp: number;
}

class FacemeshSource implements LandmarkSource {
  readonly name = "facemesh";
  readonly #detector: FaceDetector;
  readonly #mesh: FaceMesh;
  /** In the order of their use. */
  readonly #sequences = new Map<number, Sequence>();
  #irises: IrisModel | undefined;
  #closed = false;
  readonly #serial = new Serial();

  constructor(detector: FaceDetector, mesh: FaceMesh) {
    this.#detector = detector;
    this.#mesh = mesh;
  }

  async detect(image: Pixels, options: DetectOptions = {}): Promise<FaceLandmarks[]> {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open landmark source but it was closed: open another one.");
    return this.#serial.run(async () => {
      const faces = await this.#detect(image, options);
      return options.irises ? this.#withIrises(image, faces) : faces;
    });
  }

  /** The iris model is opened when irises are first wanted. */
  async #withIrises(image: Pixels, faces: readonly FaceLandmarks[]): Promise<FaceLandmarks[]> {
    const irises = (this.#irises ??= await openIrisModel()), seen: FaceLandmarks[] = [];
    for (const face of faces) seen.push(await irises.locate(image, face));
    return seen;
  }

  async #detect(image: Pixels, { timestamp, sequence = 0, maxFaces = 1 }: DetectOptions): Promise<FaceLandmarks[]> {
    if (timestamp === undefined || maxFaces > 1) return (await this.#find(image, maxFaces)).map(({ face }) => face);
    const state = this.#sequence(sequence);
    const last = timestamp > state.timestamp ? state.last : undefined;
    state.timestamp = timestamp;
    state.last = (last && await this.#follow(image, last)) ?? (await this.#find(image, 1)).at(0);
    return state.last ? [state.last.face] : [];
  }

  #sequence(name: number): Sequence {
    const state = this.#sequences.get(name) ?? { last: undefined, timestamp: -Infinity };
    // Re-inserted, so that a Map's order is the order of use.
    this.#sequences.delete(name);
    this.#sequences.set(name, state);
    if (this.#sequences.size > MAX_SEQUENCES) this.#sequences.delete(this.#sequences.keys().next().value!);
    return state;
  }

  async #find(image: Pixels, maxFaces: number): Promise<Sighting[]> {
    const found: Sighting[] = [];
    for (const roi of await this.#detector.detect(image)) {
      const sighting = await this.#settle(image, roi);
      if (sighting) found.push(sighting);
      if (found.length === maxFaces) break;
    }
    return found;
  }

  /** The face in a detected region, looked at again until the region and the one that its landmarks ask for agree. */
  async #settle(image: Pixels, detected: Roi): Promise<Sighting | undefined> {
    let sighting: Sighting | undefined;
    for (let roi = detected, looks = 0; looks < MAX_LOOKS; looks++) {
      sighting = await this.#look(image, roi);
      if (!sighting) return undefined;
      const next = roiOfLandmarks(sighting.face);
      if (roiDistance(roi, next) < SETTLED) break;
      roi = next;
    }
    return sighting;
  }

  /** The face where it was last; undefined when it is not there, or perhaps not. */
  async #follow(image: Pixels, last: Sighting): Promise<Sighting | undefined> {
    const roi = roiOfLandmarks(last.face);
    const sighting = await this.#look(image, roi);
    if (!sighting || roiDistance(roi, roiOfLandmarks(sighting.face)) > MOVED) return undefined;
    return pictureChange(last.picture, sighting.picture) < CHANGED ? sighting : undefined;
  }

  async #look(image: Pixels, roi: Roi): Promise<Sighting | undefined> {
    if (!roiInside(roi, image)) return undefined;
    const sighting = await this.#mesh.locate(image, roi);
    return sighting.face.score < MIN_SCORE ? undefined : sighting;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#serial.run(() => Promise.all([this.#detector.close(), this.#mesh.close(), this.#irises?.close()]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

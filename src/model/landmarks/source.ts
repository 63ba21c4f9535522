import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";

/** What may be said with a picture that is handed to a {@link LandmarkSource}. */
export interface DetectOptions {
  /**
   * Seconds. When given, the picture is the next one of a sequence: the face is followed from the picture before. A timestamp that is
   * not greater than the last one begins a new sequence. When left out, the picture stands alone and nothing before it matters; MediaPipe
   * forgets the sequence over it, and begins anew with the next one.
   */
  readonly timestamp?: number;
  /**
   * Which of several sequences that are handed over in turn the picture belongs to; sequence 0 when left out. FaceMesh alone keeps them
   * apart, and forgets those that have not come for the longest time when there are very many.
   */
  readonly sequence?: number;
  /**
   * Whether the faces are wanted with irises (478 points). MediaPipe always finds them; FaceMesh takes a few milliseconds longer. Does
   * not change the other points.
   */
  readonly irises?: boolean;
  /** At most so many faces are looked for, 1 when left out. */
  readonly maxFaces?: number;
}

/** Something that finds faces and their landmarks in pictures. */
export interface LandmarkSource extends AsyncDisposable {
  readonly name: "mediapipe" | "facemesh";
  /**
   * Finds up to `maxFaces` faces, in no particular order; none is an empty list. Calls may overlap: they are worked off in order, and
   * how many wait is the caller's business.
   *
   * @throws ReenactError USAGE after {@link close}
   */
  detect(image: Pixels, options?: DetectOptions): Promise<FaceLandmarks[]>;
  /** Frees the models when the calls before it are done; may be called more than once. */
  close(): Promise<void>;
}

import type { FaceLandmarker, FaceLandmarkerResult } from "@mediapipe/tasks-vision";
import { readFile } from "node:fs/promises";
import { ReenactError } from "../../errors.js";
import type { Pixels } from "../../frame.js";
import type { FaceLandmarks } from "./face.js";
import { HeadlessCanvas } from "./headless-gl.js";
import { loadMediapipe } from "./mediapipe-module.js";
import { Serial } from "./serial.js";
import { shrinkBlocks } from "./shrink-blocks.js";
import type { DetectOptions, LandmarkSource } from "./source.js";

/** How MediaPipe's face landmarker is set up. */
export interface MediapipeOptions {
  /** The model bundle, `face_landmarker.task`. */
  readonly modelPath: string;
  /** Whether the 52 expression scores are measured too (about 3 ms a picture); true when left out. */
  readonly blendshapes?: boolean;
}

/**
 * Pictures with a longer side, in pixels, are shrunk first: MediaPipe looks at 256 × 256 pixels of a face at most, and a photo of 12,000
 * pixels a side would take half a gigabyte of its memory.
 */
const MAX_SIDE = 2048;

/** What the landmarker is set to. */
interface Setting {
  readonly mode: "IMAGE" | "VIDEO";
  readonly faces: number;
}

/**
 * MediaPipe's FaceLandmarker on the CPU: 478 points, irises included, and 52 blendshapes. A picture that stands alone goes through the
 * face detector; pictures of a sequence follow the face and detect again only when it is lost. MediaPipe tells no confidence for a face
 * that it reports (its own thresholds are .5), so `score` is 1.
 *
 * It computes synchronously: use it in a worker where the thread has other things to do.
 *
 * @throws ReenactError MODEL_MISSING or MODEL_CORRUPT
 */
export async function createMediapipeSource(options: MediapipeOptions): Promise<LandmarkSource> {
  const model = await readFile(options.modelPath).catch((cause: unknown) => {
    throw new ReenactError("MODEL_MISSING", `Expected MediaPipe's face_landmarker.task at ${options.modelPath} but it cannot be read; `
      + "give its folder by --model-dir", { cause });
  });
  const source = new MediapipeSource(model, options);
  await source.landmarker({ mode: "IMAGE", faces: 1 }); // a broken model shows now, not at the first picture
  return source;
}

class MediapipeSource implements LandmarkSource {
  readonly name = "mediapipe";
  readonly #model: Uint8Array;
  readonly #options: MediapipeOptions;
  /** One for everything: another setting takes it a twentieth of a second, a second one would take half a second and its memory. */
  #landmarker: { readonly instance: FaceLandmarker; setting: Setting } | undefined;
  #lastTimestamp = -Infinity;
  #closed = false;
  readonly #serial = new Serial();

  constructor(model: Uint8Array, options: MediapipeOptions) {
    this.#model = model;
    this.#options = options;
  }

  async detect(image: Pixels, options: DetectOptions = {}): Promise<FaceLandmarks[]> {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open landmark source but it was closed: open another one.");
    return this.#serial.run(() => this.#detect(image, options));
  }

  async #detect(image: Pixels, { timestamp, maxFaces = 1 }: DetectOptions): Promise<FaceLandmarks[]> {
    const setting: Setting = { mode: timestamp === undefined ? "IMAGE" : "VIDEO", faces: maxFaces };
    const landmarker = await this.landmarker(setting, timestamp !== undefined && timestamp <= this.#lastTimestamp);
    const factor = Math.min(Math.ceil(Math.max(image.width, image.height) / MAX_SIDE), image.width, image.height);
    const picture = factor > 1 ? shrinkBlocks(image, factor) : image;
    // Not an ImageSource by its type, but all that is done with it is to "upload" it to the headless texture.
    const input = picture as unknown as Parameters<FaceLandmarker["detect"]>[0];
    if (timestamp === undefined) return toFaces(landmarker.detect(input), picture, factor);
    this.#lastTimestamp = timestamp;
    return toFaces(landmarker.detectForVideo(input, timestamp * 1000), picture, factor);
  }

  /** The landmarker, made when first wanted; another setting, or `restart`, makes it forget the sequence that it was following. */
  async landmarker(setting: Setting, restart = false): Promise<FaceLandmarker> {
    const known = this.#landmarker, { mode: runningMode, faces: numFaces } = setting;
    if (known) {
      if (restart || known.setting.mode !== runningMode || known.setting.faces !== numFaces) await known.instance.setOptions({ runningMode, numFaces });
      known.setting = setting;
      return known.instance;
    }
    const { FaceLandmarker, fileset } = loadMediapipe();
    const instance = await FaceLandmarker.createFromOptions(fileset, {
      baseOptions: { modelAssetBuffer: this.#model, delegate: "CPU" },
      canvas: new HeadlessCanvas() as unknown as OffscreenCanvas,
      runningMode,
      numFaces,
      outputFaceBlendshapes: this.#options.blendshapes ?? true,
    }).catch((cause: unknown) => {
      throw new ReenactError("MODEL_CORRUPT", `Expected MediaPipe's face_landmarker.task at ${this.#options.modelPath} but it cannot be `
        + "loaded; delete the file and let it be fetched again", { cause });
    });
    this.#landmarker = { instance, setting };
    return instance;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#serial.run(async () => this.#landmarker?.instance.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** MediaPipe's points are fractions of the width and height of the picture it saw, its z is in fractions of the width. */
function toFaces(result: FaceLandmarkerResult, seen: Pixels, factor: number): FaceLandmarks[] {
  const width = seen.width * factor, height = seen.height * factor;
  return result.faceLandmarks.map((landmarks, face) => {
    const points = new Float32Array(landmarks.length * 3);
    landmarks.forEach(({ x, y, z }, i) => points.set([x * width, y * height, z * width], i * 3));
    const scores = result.faceBlendshapes?.[face]?.categories;
    if (!scores) return { points, score: 1 };
    return { points, score: 1, blendshapes: Object.fromEntries(scores.map(({ categoryName, score }) => [categoryName, score])) };
  });
}

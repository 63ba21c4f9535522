import type { FaceLandmarker, FaceLandmarkerResult, FilesetResolver } from "@mediapipe/tasks-vision";
import type { Pixels } from "../../frame.js";
import { alignPoints, CROP_SIZE } from "../../model/geometry/alignment.js";
import { motionOf, type FaceMotion } from "../../model/geometry/driver-motion.js";
import { FaceForesight, type PlacedFace } from "../../model/geometry/face-foresight.js";
import { LiveAlignment } from "../../model/geometry/live-alignment.js";
import { sampleCrop } from "../../model/geometry/sample-crop.js";
import { HEADLESS_WEBGL, HeadlessCanvas } from "../../model/landmarks/headless-gl.js";

/** Where the server serves MediaPipe from. */
const VISION = "/vendor/tasks-vision";

/** As much of the package as is used: it is loaded from the server, by a path that only the browser knows. */
interface Vision {
  readonly FaceLandmarker: typeof FaceLandmarker;
  readonly FilesetResolver: typeof FilesetResolver;
}

/**
 * Following one face costs less than looking for a second one all the time: that is done so often, milliseconds, and at every picture only
 * while two are there.
 */
const COUNT_EVERY = 2000;

/** Another face must be so much larger to be followed instead. */
const KEEPS = 1.4;

/** What was found in a picture. */
export interface Aligned {
  /** The aligned crop, RGBA, and how the face moves; null where no face is seen. */
  readonly found: { readonly crop: ImageData; readonly motion: FaceMotion } | null;
  readonly faces: number;
  /** Of the face that is followed, as a share of the picture's height. */
  readonly height: number | undefined;
}

/** Finds the face in pictures of one sequence and cuts out the aligned 96×96 pixels that the network reads, exactly as the server does. */
export class FaceAligner {
  readonly #one: FaceLandmarker;
  readonly #two: FaceLandmarker;
  #countedAt = -Infinity;
  #several = false;
  readonly #smoother = new LiveAlignment();
  readonly #foresight = new FaceForesight();
  /** What was said last of the face's height, and how wide the picture was, pixels. */
  #height: number | undefined;
  #width: number | undefined;
  /** Where the tip of its nose was, shares of the picture. */
  #last: { readonly x: number; readonly y: number } | undefined;
  readonly #crop = new Float32Array(CROP_SIZE * CROP_SIZE * 3);

  private constructor(one: FaceLandmarker, two: FaceLandmarker) {
    this.#one = one;
    this.#two = two;
  }

  /** Takes WebGL away from its thread: pictures are handed over in memory. @param model where its model is served */
  static async open(model: string): Promise<FaceAligner> {
    Object.assign(globalThis, HEADLESS_WEBGL);
    const vision = await import(`${VISION}/vision_bundle.mjs`) as Vision;
    const files = await vision.FilesetResolver.forVisionTasks(`${VISION}/wasm`, true);
    // A module is evaluated once for each address, and every landmarker wants it evaluated for itself.
    const following = (numFaces: number) => vision.FaceLandmarker.createFromOptions({ ...files, wasmLoaderPath: `${String(files.wasmLoaderPath)}#${numFaces}` }, {
      baseOptions: { modelAssetPath: model, delegate: "CPU" }, runningMode: "VIDEO", numFaces, canvas: new HeadlessCanvas() as unknown as OffscreenCanvas,
    });
    return new FaceAligner(await following(1), await following(2));
  }

  #find(image: Pixels, time: number): FaceLandmarkerResult["faceLandmarks"] {
    // Not an ImageSource by its type, but all that is done with it is to "upload" it to the headless texture.
    const input = image as unknown as ImageData;
    const found = this.#several ? [] : this.#one.detectForVideo(input, time).faceLandmarks;
    if (!this.#several && (found.length === 0 || time - this.#countedAt < COUNT_EVERY)) return found;
    this.#countedAt = time;
    const counted = this.#two.detectForVideo(input, time).faceLandmarks, several = counted.length > 1;
    const seen = several || this.#several ? counted : found;
    this.#several = several;
    return seen;
  }

  /** Which face is followed: the one that was, unless another is much nearer; the nearest to begin with. −1 where there is none. */
  #choose(tips: readonly { readonly x: number; readonly y: number }[], heights: readonly number[]): number {
    const weights = tips.map(({ x, y }, i) => heights[i] * (this.#last && Math.hypot(x - this.#last.x, y - this.#last.y) < heights[i] / 2 ? KEEPS : 1));
    return weights.indexOf(Math.max(...weights));
  }

  /**
   * Looks at the next picture.
   *
   * @param image RGBA, 8 bits
   * @param time milliseconds, rising
   * @param spare whether the face need not be looked for where it moves so slowly that it is known where it is: at every second picture, at most
   */
  align(image: Pixels, time: number, spare: boolean): Aligned {
    const foreseen = spare && !this.#several && time - this.#countedAt < COUNT_EVERY && image.width === this.#width ? this.#foresight.next(time / 1000) : undefined;
    if (foreseen) return { found: this.#cut(image, time, foreseen), faces: 1, height: this.#height };
    const faceLandmarks = this.#find(image, time);
    const heights = faceLandmarks.map((face) => Math.max(...face.map(({ y }) => y)) - Math.min(...face.map(({ y }) => y)));
    const chosen = this.#choose(faceLandmarks.map(([tip]) => tip), heights);
    const face = faceLandmarks[chosen] as (typeof faceLandmarks)[number] | undefined, height = heights[chosen] as number | undefined;
    this.#last = face?.[0];
    this.#height = height;
    this.#width = image.width;
    const points = face?.flatMap(({ x, y, z }) => [x * image.width, y * image.height, z * image.width]), alignment = points ? alignPoints(points, 3) : null;
    const placed = points && alignment ? { alignment, motion: motionOf(points) } : undefined;
    this.#foresight.found(time / 1000, faceLandmarks.length === 1 ? placed : undefined);
    return { found: placed ? this.#cut(image, time, placed) : null, faces: faceLandmarks.length, height };
  }

  #cut(image: Pixels, time: number, { alignment, motion }: PlacedFace): NonNullable<Aligned["found"]> {
    sampleCrop(image, this.#smoother.next(time / 1000, alignment)!, CROP_SIZE, this.#crop);
    const crop = new ImageData(CROP_SIZE, CROP_SIZE);
    for (let from = 0, to = 0; from < this.#crop.length; from += 3, to += 4) {
      for (let c = 0; c < 3; c++) crop.data[to + c] = Math.round(127.5 * (this.#crop[from + c] + 1));
      crop.data[to + 3] = 255;
    }
    return { crop, motion };
  }
}

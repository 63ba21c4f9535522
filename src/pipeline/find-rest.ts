import type { Frame } from "../frame.js";
import type { FaceEngine } from "../model/engines/engine.js";
import { alignFace } from "../model/geometry/alignment.js";
import { faceMotion, type FaceMotion } from "../model/geometry/driver-motion.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { restOf, UNKNOWN_REST, type DriverRest, type RestSample } from "../model/rig/driver-rest.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import type { ExpressionBasis } from "../model/synthesis/expression-basis.js";
import { joinCrops } from "../operators/join-crops.js";
import type { VideoInfo } from "../streams/video-info.js";
import { isUpright } from "./find-turn.js";
import type { ResolvedOptions } from "./options.js";
import { restFrames } from "./rest-frames.js";

/** Faces that are read together: at once they take less time than one by one. */
const BATCH = 8;
/** Frames in which a face is looked for before it is asked for. */
const AHEAD = 4;

/** What {@link findRest} works with. */
export interface RestTools {
  /** Not waited for before frames are decoded. */
  readonly landmarks: LandmarkSource | Promise<LandmarkSource>;
  readonly engine: Pick<FaceEngine, "read">;
  readonly signal?: AbortSignal | undefined;
}

/** A driver's rest, how many frames were looked at for it, and in how many of them its face is upright. */
export interface FoundRest {
  readonly rest: DriverRest;
  readonly looked: number;
  readonly upright: number;
}

/** Options that decide what a driver's rest is found to be. */
export type RestOptions = Pick<ResolvedOptions, "start" | "end" | "neutral" | "head" | "gaze" | "expression" | "view">;

/** Whether anything counts from the driver's rest. */
export function needsRest({ head, gaze, expression, view }: RestOptions): boolean {
  return view !== "face" && (head === "follow" || gaze === "follow" || expression !== "absolute");
}

/**
 * Finds how the driver of a video rests, from a few frames spread evenly over the stretch that is asked for, or from those at a time that is
 * named. It depends on the video and the options alone: everybody who renders a part of it finds the same.
 *
 * @throws ReenactError as {@link restFrames} does
 */
export async function findRest(info: VideoInfo, options: RestOptions, { landmarks, engine, signal }: RestTools): Promise<FoundRest> {
  const frames = restFrames(info, options, signal), first = frames.next(), samples: Promise<RestSample[]>[] = [];
  first.catch(() => undefined); // whoever waits for it hears of it
  let looked = 0, upright = 0, waiting: { motion: FaceMotion; crop: Float32Array }[] = [];
  const read = async (faces: typeof waiting): Promise<RestSample[]> => {
    const weights = await engine.read(joinCrops(faces.map(({ crop }) => crop)), faces.length);
    return faces.map(({ motion }, i) => ({ ...motion, weights: weights[i] }));
  };
  const readWaiting = () => {
    if (waiting.length === 0) return;
    const reading = read(waiting);
    reading.catch(() => undefined); // it is waited for below
    samples.push(reading);
    waiting = [];
  };
  try {
    const source = await landmarks;
    for await (const { frame, face } of findFaces(goOn(first, frames), source)) {
      looked++;
      if (!face) continue;
      if (isUpright(face, source.name)) upright++;
      waiting.push({ motion: faceMotion(face), crop: sampleCrop(frame, alignFace(face)) });
      if (waiting.length === BATCH) readWaiting();
    }
    readWaiting();
  } finally {
    await Promise.allSettled([...samples, frames.return()]); // nothing goes on behind an error
  }
  return { rest: restOf((await Promise.all(samples)).flat(), expressive(await sharedBasis())) ?? UNKNOWN_REST, looked, upright };
}

/** What `rest` yields after its first item, which was asked for already, and that. */
async function* goOn<T>(first: Promise<IteratorResult<T, void>>, rest: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  for (let next = await first; !next.done; next = await rest.next()) yield next.value;
}

/** Each frame's face, in order; a few are looked for before they are asked for, so that nobody waits for who reads them. */
async function* findFaces(frames: AsyncIterable<Frame>, landmarks: LandmarkSource): AsyncGenerator<{ frame: Frame; face: FaceLandmarks | undefined }> {
  const looking: { frame: Frame; faces: Promise<FaceLandmarks[]> }[] = [];
  const next = async () => {
    const { frame, faces } = looking.shift()!;
    return { frame, face: (await faces).at(0) };
  };
  for await (const frame of frames) {
    const faces = landmarks.detect(frame, { irises: true });
    faces.catch(() => undefined); // whoever waits for it hears of it
    looking.push({ frame, faces });
    if (looking.length > AHEAD) yield await next();
  }
  while (looking.length > 0) yield await next();
}

/** [51] 1 for weights that count as expression, 0 for those of the gaze. */
export function expressive({ blendshapes }: Pick<ExpressionBasis, "blendshapes">): number[] {
  return blendshapes.map((name) => (name.startsWith("eyeLook") ? 0 : 1));
}

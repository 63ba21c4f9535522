import type { Frame } from "../frame.js";
import type { FaceEngine } from "../model/engines/engine.js";
import { alignFace } from "../model/geometry/alignment.js";
import { faceMotion } from "../model/geometry/driver-motion.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { restOf, UNKNOWN_REST, type DriverRest, type RestSample } from "../model/rig/driver-rest.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import type { ExpressionBasis } from "../model/synthesis/expression-basis.js";
import { joinCrops } from "../operators/join-crops.js";
import { openDecoder, type DecodeOptions } from "../streams/decode.js";
import type { VideoInfo } from "../streams/video-info.js";
import { isUpright } from "./find-turn.js";
import type { ResolvedOptions } from "./options.js";

/** Frames that are looked at, at most; they are decoded at most this large, pixels. */
const FRAMES = 40, SIDE = 640;
/** A stretch of up to so many seconds is decoded from end to end; of a longer one so many moments of so many seconds are. */
const SHORT = 40, MOMENTS = 20, MOMENT = 0.4;
/** From how long before a time that is named, and until how long after it, frames are taken, seconds. */
const BEFORE = 0.1, AFTER = 0.3;

/** What {@link findRest} works with. */
export interface RestTools {
  readonly landmarks: LandmarkSource;
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
 * @throws ReenactError as {@link openDecoder} does
 */
export async function findRest(info: VideoInfo, options: RestOptions, { landmarks, engine, signal }: RestTools): Promise<FoundRest> {
  const quiet = expressive(await sharedBasis()), samples: RestSample[] = [];
  let looked = 0, upright = 0;
  for await (const frame of restFrames(info, options, signal)) {
    looked++;
    const [face] = await landmarks.detect(frame, { irises: true });
    if (!face) continue;
    if (isUpright(face, landmarks.name)) upright++;
    const [weights] = await engine.read(joinCrops([sampleCrop(frame, alignFace(face))]), 1);
    samples.push({ ...faceMotion(face), weights });
  }
  return { rest: restOf(samples, quiet) ?? UNKNOWN_REST, looked, upright };
}

/** [51] 1 for weights that count as expression, 0 for those of the gaze. */
export function expressive({ blendshapes }: Pick<ExpressionBasis, "blendshapes">): number[] {
  return blendshapes.map((name) => (name.startsWith("eyeLook") ? 0 : 1));
}

/** Frames from which a driver's rest is found, `count` at most. */
export async function* restFrames(info: VideoInfo, { start, end, neutral }: Pick<RestOptions, "start" | "end" | "neutral">, signal?: AbortSignal, count = FRAMES): AsyncGenerator<Frame> {
  const some = (cut: { start: number; end: number | undefined }, count: number) => spread(info, { ...cut, signal, quick: true, maxSide: SIDE, timesFrom: "input" }, count);
  if (neutral !== "auto") return yield* some({ start: Math.max(0, neutral - BEFORE), end: neutral + AFTER }, count);
  const stop = Math.min(end ?? Infinity, info.duration ?? Infinity);
  if (!(stop - start > SHORT)) return yield* some({ start, end }, count);
  if (stop === Infinity) return yield* some({ start, end: start + SHORT }, count);
  const moments = Math.min(MOMENTS, count);
  for (let k = 0; k < moments; k++) {
    const from = start + ((k + 0.5) / moments) * (stop - start) - MOMENT / 2;
    yield* some({ start: from, end: from + MOMENT }, count / moments);
  }
}

/** At most `count` frames of a cut, evenly spread over it. */
async function* spread(info: VideoInfo, cut: DecodeOptions & { readonly start: number }, count: number): AsyncGenerator<Frame> {
  const length = Math.min(cut.end ?? Infinity, info.duration ?? Infinity) - cut.start, every = Number.isFinite(length) ? length / count : 0;
  await using decoder = await openDecoder(info, cut);
  let taken = 0;
  for await (const frame of decoder) {
    if (frame.timestamp < cut.start + taken * every - 1e-6) continue;
    yield frame;
    if (++taken === count) return;
  }
}

import { ReenactError } from "../errors.js";
import { toBytes } from "../model/geometry/crop-bytes.js";
import { frameMotion, type FrameMotion } from "../model/evaluation/follow-motion.js";
import type { IdentityJudge } from "../model/evaluation/identity-judge.js";
import { Trembling } from "../model/evaluation/trembling.js";
import { alignFace } from "../model/geometry/alignment.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import type { Similarity } from "../model/geometry/similarity.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { PersonVideo } from "../model/readers/video-folder.js";
import { openInput } from "../streams/media-input.js";
import { probeVideo } from "../streams/probe.js";
import { clipTurn } from "./clip-turn.js";
import { cutOf, cutOutFace } from "./cut-out-face.js";
import { expectedFrames } from "./expected-frames.js";
import { SpreadSample } from "./spread-sample.js";
import { watchFaces } from "./watch-faces.js";

/** What is kept of a face in one frame. */
export interface KeptFace {
  /** MediaPipe's, 0…1 by name. */
  readonly scores: Readonly<Record<string, number>>;
  readonly motion: FrameMotion;
}

/** What a driver shows, frame by frame; a few hundred numbers each. */
export interface DriverClip extends PersonVideo {
  /** Undefined where no face was found. */
  readonly frames: readonly (KeptFace | undefined)[];
  readonly faces: number;
  /** See {@link Trembling}. */
  readonly trembling: number;
  /** What the verifier says of it, a unit vector. */
  readonly identity: Float32Array;
  /** Some frames spread evenly over it, and their faces cut out, upright. */
  readonly strip: readonly { readonly index: number; readonly picture: Uint8Array }[];
}

/** What a clip is looked at with. */
export interface ClipTools {
  readonly landmarks: LandmarkSource;
  readonly identity: IdentityJudge;
  /** Seconds of the input. */
  readonly cut: { readonly start?: number | undefined; readonly end?: number | undefined };
  readonly signal?: AbortSignal | undefined;
  /** Told after every frame; the total where it is known. */
  readonly onFrame?: (done: number, total: number | undefined) => void;
}

/** Frames of a strip, and those that say who it is. */
const STRIP = 8, DESCRIBED = 12;
/** Landmarks need no more than this, pixels. */
const SIDE = 1280;

/** What MediaPipe said of a face. */
export function keepFace({ points, blendshapes = {} }: FaceLandmarks): KeptFace {
  return { scores: blendshapes, motion: frameMotion(points, blendshapes) };
}

/** Looks at a driver. @throws ReenactError NO_FACE_IN_VIDEO, and as decoding does */
export async function readDriver(video: PersonVideo, { landmarks, identity, cut, signal, onFrame }: ClipTools): Promise<DriverClip> {
  const frames: (KeptFace | undefined)[] = [], trembling = new Trembling();
  const kept = new SpreadSample<{ index: number; picture: Uint8Array; crop: Uint8Array }>(Math.max(STRIP, DESCRIBED));
  let place: Similarity | undefined;
  const input = await openInput(video.path, { signal });
  try {
    const info = await probeVideo(input, { signal }), total = expectedFrames(info, { start: cut.start ?? 0, end: cut.end });
    const turn = await clipTurn(info, landmarks, { ...cut, signal });
    for await (const { frame, face } of watchFaces(info, landmarks, { ...cut, turn, maxSide: SIDE, signal })) {
      trembling.add(face?.points);
      frames.push(face && keepFace(face));
      if (face) {
        const cutOut = place ??= cutOf(face);
        kept.offer(() => ({ index: frame.index, picture: cutOutFace(frame, cutOut), crop: toBytes(sampleCrop(frame, alignFace(face))) }));
      }
      onFrame?.(frames.length, total);
    }
  } finally {
    await input.close();
  }
  if (!place) {
    throw new ReenactError("NO_FACE_IN_VIDEO", `Expected a face in the driver ${video.path} but none was found in its ${frames.length} frames: take it out of --drivers, or cut to where it shows one.`);
  }
  const described = await identity.describe(kept.pick(DESCRIBED).map(({ crop }) => crop));
  return {
    ...video, frames, faces: frames.filter((face) => face).length, trembling: trembling.value,
    identity: sumOfUnits(described), strip: kept.pick(STRIP).map(({ index, picture }) => ({ index, picture })),
  };
}

/** The direction of several vectors, each counting alike. */
function sumOfUnits(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors) {
    const length = Math.hypot(...vector);
    vector.forEach((value, i) => { sum[i] += value / length; });
  }
  return sum;
}

import type { Frame } from "../frame.js";
import { AlignmentSmoother } from "../model/geometry/alignment-smoother.js";
import { alignFace } from "../model/geometry/alignment.js";
import type { Similarity } from "../model/geometry/similarity.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { openInput } from "../streams/media-input.js";
import { probeVideo } from "../streams/probe.js";
import { clipTurn } from "./clip-turn.js";
import { watchFaces } from "./watch-faces.js";

/** A frame of a clip as a driver's are read: turned so that its face is upright; it is followed from frame to frame, the registration smoothed. */
export interface ClipFrame {
  readonly frame: Frame;
  readonly face: FaceLandmarks | undefined;
  /** Smoothed; null without a face. */
  readonly alignment: Similarity | null;
}

/** Frames are decoded at most this large, pixels. */
const SIDE = 1280;

/**
 * All frames of a clip, in order. At most 32 of them are held.
 *
 * @throws ReenactError as opening and decoding do
 */
export async function* readClip(path: string, landmarks: LandmarkSource, signal?: AbortSignal): AsyncGenerator<ClipFrame> {
  const input = await openInput(path);
  try {
    const smoother = new AlignmentSmoother<{ frame: Frame; face: FaceLandmarks | undefined; time: number; transform: Similarity | null }>();
    const told = (ready: ReturnType<typeof smoother.flush>) => ready.map(({ frame, face, smoothed }): ClipFrame => ({ frame, face, alignment: face ? smoothed : null }));
    const info = await probeVideo(input, { signal }), turn = await clipTurn(info, landmarks, { signal });
    for await (const { frame, face } of watchFaces(info, landmarks, { turn, quick: true, maxSide: SIDE, signal })) {
      yield* told(smoother.push({ frame, face, time: frame.timestamp, transform: face ? alignFace(face) : null }));
    }
    yield* told(smoother.flush());
  } finally {
    await input.close();
  }
}

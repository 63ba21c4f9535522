import { toBytes } from "../model/geometry/crop-bytes.js";
import type { DrivenScores } from "../model/evaluation/driven-scores.js";
import { FaceSharpness } from "../model/evaluation/face-sharpness.js";
import { followExpression } from "../model/evaluation/follow-expression.js";
import { followMotion } from "../model/evaluation/follow-motion.js";
import type { IdentityJudge } from "../model/evaluation/identity-judge.js";
import { LikenessMeter } from "../model/evaluation/likeness-meter.js";
import { NEUTRAL_SCORES } from "../model/evaluation/neutral-scores.js";
import { MEASURED_THRESHOLDS } from "../model/evaluation/thresholds.js";
import { Trembling } from "../model/evaluation/trembling.js";
import { alignFace } from "../model/geometry/alignment.js";
import { sampleCrop } from "../model/geometry/sample-crop.js";
import { turnPicture, turnPoints, type Turn } from "../model/geometry/quarter-turns.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { quantile } from "../model/quantile.js";
import type { ExpressionBasis } from "../model/synthesis/expression-basis.js";
import { openInput } from "../streams/media-input.js";
import { readPhoto } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";
import { cutOf, CUT_SIDE, cutOutFace } from "./cut-out-face.js";
import { keepFace, type DriverClip, type KeptFace } from "./driver-clip.js";
import { preparePhoto } from "./prepare-photo.js";
import { watchFaces } from "./watch-faces.js";

/** What outputs of a photo are measured against. */
export interface JudgedPhoto {
  /** Quarter turns clockwise after which its face is upright, and that face in the photo so turned: outputs are looked at in the same way. */
  readonly turn: Turn;
  readonly face: FaceLandmarks;
  readonly identity: Float32Array;
  readonly sharpness: FaceSharpness;
  /** The photo's own. */
  readonly sharp: number;
}

/** What an output is judged with. */
export interface OutputJudges {
  readonly landmarks: LandmarkSource;
  readonly identity: IdentityJudge;
  readonly basis: ExpressionBasis;
  readonly signal?: AbortSignal | undefined;
  /** Told after every frame. */
  readonly onFrame?: (done: number) => void;
}

/** An output's scores, and its faces at the driver's strip's frames: [160, 160, 3] each. */
export interface JudgedOutput {
  readonly scores: DrivenScores;
  readonly strip: readonly Uint8Array[];
}

/** Every so many frames the verifier looks at an output, and its sharpness is measured. */
const EVERY = 2;

/** Measures a photo. @throws ReenactError as reading a photo and finding its face does */
export async function judgePhoto(path: string, choice: FaceChoice, { landmarks, identity, basis }: OutputJudges): Promise<JudgedPhoto> {
  const { pixels } = await readPhoto(path), { crop, landmarks: found } = await preparePhoto(pixels, landmarks, choice);
  const { turn = 0 } = found, face = { ...found, points: turnPoints(found.points, turn, pixels) };
  const [described] = await identity.describe([toBytes(crop)]), sharpness = new FaceSharpness(basis, face.points);
  return { turn, face, identity: described, sharpness, sharp: sharpness.of(turnPicture(pixels, turn), face.points) };
}

/**
 * Judges what a driver made of a photo; frames of both belong together one by one. Memory does not grow with their length but for some
 * hundred numbers a frame.
 *
 * @param output the video @throws ReenactError as decoding does
 */
export async function judgeOutput(output: string, driver: DriverClip, photo: JudgedPhoto, judges: OutputJudges): Promise<JudgedOutput> {
  const { landmarks, identity, signal, onFrame } = judges;
  const frames: (KeptFace | undefined)[] = [], trembling = new Trembling(), sharp: number[] = [], meter = new LikenessMeter(photo.identity, driver.identity);
  const wanted = new Map(driver.strip.map(({ index }, i) => [index, i])), strip: Uint8Array[] = driver.strip.map(() => new Uint8Array(3 * CUT_SIDE * CUT_SIDE));
  const place = cutOf(photo.face);
  const input = await openInput(output, { signal });
  try {
    for await (const { frame, face } of watchFaces(await probeVideo(input, { signal }), landmarks, { turn: photo.turn, signal })) {
      trembling.add(face?.points);
      frames.push(face && keepFace(face));
      const shown = wanted.get(frame.index);
      if (shown !== undefined) strip[shown] = cutOutFace(frame, place);
      if (frame.index % EVERY === 0) {
        if (face) sharp.push(photo.sharpness.of(frame, face.points));
        meter.add(face && (await identity.describe([toBytes(sampleCrop(frame, alignFace(face)))]))[0]);
      }
      onFrame?.(frames.length);
    }
  } finally {
    await input.close();
  }
  const side = <T>(of: (face: KeptFace) => T) => ([driver.frames, driver.frames.map((_, i) => frames[i])] as const).map((faces) => faces.map((face) => face && of(face)));
  const [scoresOf, scoresMade] = side(({ scores }) => scores), [motionOf, motionMade] = side(({ motion }) => motion);
  const { pose, gaze } = followMotion(motionOf, motionMade);
  const lost = driver.frames.filter((face, i) => face && !frames[i]).length;
  return {
    scores: {
      ...followExpression(scoresOf, scoresMade, NEUTRAL_SCORES), ...meter.likeness(MEASURED_THRESHOLDS),
      poseR: pose?.r ?? NaN, poseGain: pose?.slope ?? NaN, gazeR: gaze?.r ?? NaN, gazeGain: gaze?.slope ?? NaN,
      trembling: trembling.value / driver.trembling, sharpness: quantile(sharp, 0.5) / photo.sharp, lost: lost / driver.faces,
    },
    strip,
  };
}

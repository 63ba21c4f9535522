import type { Pixels } from "../frame.js";
import { faceMotion } from "../model/geometry/driver-motion.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { Turn } from "../model/geometry/quarter-turns.js";
import { turnedSource } from "../model/landmarks/turned-source.js";

/** Others are only taken for it when none is found as the picture is: what cameras do wrong most often comes first. */
const OTHERS: readonly Turn[] = [2, 1, 3];
/** As it is, and then those. */
export const TURNS: readonly Turn[] = [0, ...OTHERS];
/** A turn counts when its face is found in so many frames, and in so many times more than as the picture is. */
const FEW = 2, MORE = 1.5;
/**
 * A face is upright that is not rolled further than this, degrees, and of which FaceMesh is as sure as this. Measured on 67 portraits
 * upside down: it takes 15 of them for upright ones, its score below .995; of those that are upright its score is 1. MediaPipe takes 39 for
 * upright and tells no score: but they seem to look down by 15° (median), upright ones by 2°.
 */
const ROLLED = 60, SURE = 0.995, NODDED = 6;

/** Whether a face is certainly one, and none that is upside down. */
export function isSure({ score }: FaceLandmarks): boolean {
  return score >= SURE;
}

/** Whether a face certainly stands upright in the picture that its source saw. */
export function isUpright(face: FaceLandmarks, source: LandmarkSource["name"]): boolean {
  const { roll, pitch } = faceMotion(face).head;
  return isSure(face) && Math.abs(roll) <= ROLLED && (source === "facemesh" || Math.abs(pitch) <= NODDED);
}

/**
 * How a face is found upright that is not: quarter turns of the picture clockwise.
 * @param pictures of one face, a few: they are kept, and looked at up to four times
 * @param landmarks whatever is at hand: where it is not FaceMesh, which alone tells how sure it is, that is opened for it
 */
export async function findTurn(pictures: AsyncIterable<Pixels> | Iterable<Pixels>, landmarks: LandmarkSource, signal?: AbortSignal): Promise<Turn> {
  if (landmarks.name === "facemesh") return vote(pictures, landmarks);
  await using facemesh = await openLandmarks({ kind: "facemesh", signal });
  return await vote(pictures, facemesh);
}

async function vote(pictures: AsyncIterable<Pixels> | Iterable<Pixels>, facemesh: LandmarkSource): Promise<Turn> {
  const found: [number, number, number, number] = [0, 0, 0, 0], kept: Pixels[] = [];
  const look = async (picture: Pixels, turn: Turn) => {
    const [face] = await turnedSource(facemesh, turn).detect(picture);
    if (face && isUpright(face, facemesh.name)) found[turn]++;
  };
  for await (const picture of pictures) {
    kept.push(picture);
    await look(picture, 0);
  }
  // No other turn can be found so much more often.
  if (MORE * found[0] >= kept.length) return 0;
  for (const picture of kept) for (const turn of OTHERS) await look(picture, turn);
  const best = TURNS.reduce((a, b) => (found[b] > found[a] ? b : a));
  return found[best] >= Math.min(FEW, kept.length) && found[best] > MORE * found[0] ? best : 0;
}

/** The sentence for the user about a face that is not upright; none for one that is. @param whose where it begins: ``The face in `a.mp4` `` */
export function turnNotes(turn: Turn, whose: string): string[] {
  return turn === 0 ? [] : [`${whose} ${turn === 2 ? "is upside down" : "lies on its side"}: it is read as if it were upright.`];
}

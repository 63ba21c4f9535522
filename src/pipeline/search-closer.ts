import type { Pixels } from "../frame.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import { pickFace } from "../model/landmarks/pick-face.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import { findTurn, isUpright, TURNS } from "./find-turn.js";
import { cutRound, lookCloser, moved } from "./look-closer.js";

/** Squares of the first size only are looked at in all turns: of the others there are five times as many. */
const TURNED_SIZES = 1;

/**
 * The faces that are too small to be seen in the whole photo, as it is or, where none is certainly upright, turned so that one is. FaceMesh
 * finds smaller ones than MediaPipe, and tells how sure it is: what it finds is looked at, close up, by whichever source was asked for.
 */
export async function searchCloser(photo: Pixels, source: LandmarkSource): Promise<FaceLandmarks[]> {
  if (source.name === "facemesh") return search(photo, source);
  await using facemesh = await openLandmarks({ kind: "facemesh" });
  const faces: FaceLandmarks[] = [];
  for (const face of await search(photo, facemesh)) {
    const { picture, left, top } = cutRound(photo, face);
    const [own] = await turnedSource(source, face.turn ?? 0).detect(picture, { irises: true });
    if (own) faces.push(moved(own, left, top));
  }
  return faces;
}

async function search(photo: Pixels, facemesh: LandmarkSource): Promise<FaceLandmarks[]> {
  const seen = await lookCloser(photo, facemesh);
  if (seen.some((face) => isUpright(face, facemesh.name))) return seen;
  for (const turn of TURNS) {
    const found = turn === 0 ? seen : await lookCloser(photo, turnedSource(facemesh, turn), TURNED_SIZES);
    if (found.length === 0) continue;
    // What is found may still stand otherwise: close up it is looked at in all turns.
    const upright = await findTurn([cutRound(photo, pickFace(found, "largest")!).picture], facemesh);
    if (upright === turn) return found;
    const turned = upright === 0 ? [] : await lookCloser(photo, turnedSource(facemesh, upright));
    if (turned.length > 0) return turned;
  }
  return seen;
}

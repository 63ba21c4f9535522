import { turnPicture, turnPoints, type Turn } from "../geometry/quarter-turns.js";
import type { FaceLandmarks } from "./face.js";
import type { LandmarkSource } from "./source.js";

/** The same source for pictures in which faces stand upright only after so many quarter turns. What it finds is in the pixels of the picture as it is. */
export function turnedSource(source: LandmarkSource, turn: Turn): LandmarkSource {
  if (turn === 0) return source;
  return {
    name: source.name,
    async detect(image, options) {
      const turned = turnPicture(image, turn), back = (4 - turn) as Turn;
      return (await source.detect(turned, options)).map((face): FaceLandmarks => ({ ...face, points: turnPoints(face.points, back, turned), turn }));
    },
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
  };
}

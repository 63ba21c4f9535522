import type { Turn } from "../model/geometry/quarter-turns.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { findTurn, isSure } from "./find-turn.js";

/** So many pictures without a face for certain are waited for before one is looked at in four turns; then twice as many, and so on. */
const PATIENCE = 10;

/**
 * A source for one live sequence, whose pictures cannot be looked at beforehand: while no face has been found yet, a picture is looked at in
 * four turns now and then, and all that follow are read in the turn that shows a face.
 *
 * @param source stays its owner's where it is not closed
 * @param onTurn told once, when faces are found that are not upright
 */
export function liveTurn(source: LandmarkSource, onTurn: (turn: Turn) => void = () => {}): LandmarkSource {
  let turn: Turn = 0, settled = false, missed = 0, next = PATIENCE;
  return {
    name: source.name,
    async detect(image, options) {
      const faces = await turnedSource(source, turn).detect(image, options);
      if (settled) return faces;
      // One that lies on its side is followed as it is: its head counts from how it lies.
      settled = faces.some(isSure);
      if (settled || ++missed < next) return faces;
      next *= 2;
      turn = await findTurn([image], source);
      if (turn === 0) return faces;
      settled = true;
      onTurn(turn);
      return turnedSource(source, turn).detect(image, options);
    },
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source.close(),
  };
}

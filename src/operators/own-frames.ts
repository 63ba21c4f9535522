import { concatMap, defer, EMPTY, of, takeWhile, type Observable, type OperatorFunction } from "rxjs";
import type { Credits } from "../streams/credits.js";
import type { ActiveFrame } from "./face-frame.js";

/** A stretch of a sequence, in its timestamps (seconds): from `from` up to before `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Two times that differ by less are the same, seconds: it is what ffmpeg states cuts to. */
const MICROSECOND = 1e-6;

/** Thrown when what a stretch begins with depends on frames from before the first one that came. */
export class PastTooShort extends Error {
  override readonly name = "PastTooShort";
}

/** A frame of a stretch, counted and timed from the stretch's first one. */
export interface OwnFrame extends ActiveFrame {
  /** When that first one is shown, seconds in the sequence's timestamps. */
  readonly begin: number;
}

/** How {@link ownFrames} knows what came before. */
export interface PastOptions {
  /** Whether a stretch without a face at its start shows the last face before it. */
  readonly needsPast: boolean;
  /** Whether the sequence begins where the video does: before it there is nothing. */
  readonly complete: boolean;
}

/**
 * Leaves only the frames of a stretch, counted and timed from its first one. Frames around it were there for what the neighbours decide
 * (smoothing, easing); of those before it the last one with a face goes on, unshown, when the stretch begins without one.
 *
 * @param credits get back what the frames that go no further took
 * @throws PastTooShort (as an error of the Observable) when that last face lies further back than the frames that came
 */
export function ownFrames({ from, to }: Stretch, credits: Credits, { needsPast, complete }: PastOptions): OperatorFunction<ActiveFrame, OwnFrame> {
  return (frames: Observable<ActiveFrame>) => defer(() => {
    let past: ActiveFrame | undefined, first: ActiveFrame["frame"] | undefined;
    const own = (active: ActiveFrame): OwnFrame => {
      const { frame } = active, begin = (first ??= frame);
      return { ...active, begin: begin.timestamp, frame: { ...frame, index: frame.index - begin.index, timestamp: frame.timestamp - begin.timestamp } };
    };
    return frames.pipe(
      takeWhile(({ frame }) => frame.timestamp < to - MICROSECOND),
      concatMap((active) => {
        if (active.frame.timestamp < from - MICROSECOND) {
          if (active.face) past = active;
          credits.give();
          return EMPTY;
        }
        if (first || active.face || !needsPast) return of(own(active));
        if (!past && !complete) throw new PastTooShort("The last face lies before the first frame");
        return past ? of({ ...past, shown: false, begin: active.frame.timestamp }, own(active)) : of(own(active));
      }),
    );
  });
}

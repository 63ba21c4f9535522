import { concatMap, defer, EMPTY, of, takeWhile, type MonoTypeOperatorFunction, type Observable } from "rxjs";
import { MICROSECOND } from "../frame.js";
import { STEADY_FRAMES } from "../model/rig/steady-weights.js";
import type { Credits } from "../streams/credits.js";
import type { ActiveFrame } from "./face-frame.js";

/** A stretch of a sequence, in its timestamps (seconds): from `from` up to before `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Thrown when what a stretch begins with depends on frames from before the first one that came. */
export class PastTooShort extends Error {
  override readonly name = "PastTooShort";
}

/** Frames closely before the last face that are kept, at most: it, and those that it is steadied by. */
const MOST_PAST = STEADY_FRAMES + 1;

/** How {@link ownFrames} knows what came before. */
export interface PastOptions {
  /** Whether a stretch without a face at its start shows the last face before it. */
  readonly needsPast: boolean;
  /** Whether the sequence begins where the video does: before it there is nothing. */
  readonly complete: boolean;
  /** How long after its first frame a face is what it would be if more had come before, seconds. */
  readonly settled: number;
  /** Frames this far around a shown one go on as well, unshown: what is read of them decides what it shows, seconds. */
  readonly around: number;
}

/**
 * Leaves only the frames of a stretch, and unshown those closely around it. Frames further away were there for what the neighbours decide
 * (smoothing, easing); of those before it the last one with a face, and those closely before that one, go on, unshown, when the stretch begins
 * without one.
 *
 * @param credits get back what the frames that go no further took
 * @throws PastTooShort (as an error of the Observable) when that last face lies further back than the frames that came
 */
export function ownFrames({ from, to }: Stretch, credits: Credits, { needsPast, complete, settled, around }: PastOptions): MonoTypeOperatorFunction<ActiveFrame> {
  return (frames: Observable<ActiveFrame>) => defer(() => {
    let origin: number | undefined, past: ActiveFrame[] = [], begun = false;
    const isPast = () => past.length > 0 && (complete || past.at(-1)!.frame.timestamp - origin! > settled + around);
    return frames.pipe(
      takeWhile(({ frame }) => frame.timestamp < to + around - MICROSECOND),
      concatMap((active) => {
        const { timestamp } = active.frame, unshown = { ...active, shown: false };
        origin ??= timestamp;
        if (timestamp < from - around - MICROSECOND) {
          if (active.face && (complete || timestamp - origin > settled)) {
            past = [...past.filter(({ frame }) => timestamp - frame.timestamp <= around + MICROSECOND), unshown].slice(-MOST_PAST);
          }
          credits.give();
          return EMPTY;
        }
        const isFirst = !begun, isOwn = timestamp >= from - MICROSECOND && timestamp < to - MICROSECOND;
        begun = true;
        if (!isOwn) credits.give();
        const now = isOwn ? active : unshown;
        if (!isFirst || active.face || !needsPast) return of(now);
        if (!isPast() && !complete) throw new PastTooShort("The last face lies before the first frame");
        return of(...past, now);
      }),
    );
  });
}

import { combineLatest, defer, distinctUntilChanged, EMPTY, filter, finalize, map, merge, switchMap, type Observable } from "rxjs";
import type { LiveSettings } from "../client/protocol.js";
import type { Pixels } from "../frame.js";
import type { FramePainter } from "../operators/compose-frames.js";
import { StageClock } from "../operators/stage-clock.js";
import { createPainter } from "../pipeline/painters.js";
import type { Sitter } from "../pipeline/sitter.js";
import { exhaustLatest } from "./exhaust-latest.js";
import { liveChain, type LiveChainParts, type LivePicture } from "./live-chain.js";
import type { Ticket } from "./ticket.js";

type Size = Pick<Pixels, "width" | "height">;

/** What a session's pictures are made of. */
export interface SessionPicturesParts extends Omit<LiveChainParts, "sitter" | "painter" | "clock" | "settings"> {
  /** Frames whose turn has come; they must come only while `onFlow` has said so. */
  readonly tickets: Observable<Ticket>;
  /** Undefined: no photo yet. */
  readonly sitter: Observable<Sitter | undefined>;
  readonly settings: Observable<LiveSettings> & { readonly value: LiveSettings };
  /** Of the whole pictures that come. */
  readonly cameraSize: Observable<Size>;
  /**
   * Gets a painter made, and shown as it looks before a frame moves it, when the session's turn for that has come; `make` is called
   * once at most. Undefined: the session is over.
   */
  readonly onTurn: (make: () => FramePainter) => Promise<FramePainter | undefined>;
  /** Whether a chain takes frames from now on. When one ends, so do the frames in it, without a picture. */
  readonly onFlow: (flowing: boolean) => void;
}

/**
 * A session's pictures: frames go through the chain of the sitter and view of now; a new sitter or view begins a new chain. A painter
 * costs as much as many frames, so however often they change, one is made at a time, for the newest; until then the chain before goes on.
 */
export function sessionPictures({ tickets, sitter, settings, cameraSize, onTurn, onFlow, ...parts }: SessionPicturesParts): Observable<LivePicture> {
  const view = settings.pipe(map((now) => now.view), distinctUntilChanged());
  const size = cameraSize.pipe(distinctUntilChanged((a, b) => a.width === b.width && a.height === b.height));
  const open = defer(() => {
    onFlow(true);
    return EMPTY;
  });
  const chain = (who: Sitter, painter: FramePainter) => {
    const pictures = tickets.pipe(
      liveChain({ ...parts, sitter: who, painter, clock: new StageClock(), settings: () => settings.value }),
      finalize(() => onFlow(false)),
    );
    return merge(pictures, open); // frames wait until the chain listens
  };
  return combineLatest([sitter, view, size]).pipe(
    filter((now): now is [Sitter, LiveSettings["view"], Size] => now[0] !== undefined),
    // The camera's size matters to the view that shows it alone: the others go on.
    distinctUntilChanged(([a, was, before], [b, now, after]) => a === b && was === now && (now !== "side-by-side" || before === after)),
    exhaustLatest(async (newest) => {
      let who: Sitter | undefined;
      const painter = await onTurn(() => {
        const [photo, how, camera] = newest();
        who = photo;
        return createPainter(how, photo, camera);
      });
      return painter && who && { who, painter };
    }),
    switchMap((stage) => (stage ? chain(stage.who, stage.painter) : EMPTY)),
  );
}

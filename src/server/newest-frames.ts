import { Observable } from "rxjs";
import type { Frame } from "../frame.js";
import type { FrameReader } from "../streams/frame-reader.js";
import { FrameScheduler, type Lane } from "./frame-scheduler.js";

/** A driver that nobody holds back: its frames are taken as they come, and what cannot be kept up with is left out. */
export class NewestFrames {
  readonly #reader: FrameReader;
  readonly #scheduler: FrameScheduler<Frame>;
  #lane: Lane<Frame> | undefined;
  #read = 0;
  #left = 0;

  /** @param inWork frames that may be on the way between `frames` and {@link done} at once */
  constructor(reader: FrameReader, inWork: number) {
    this.#reader = reader;
    this.#scheduler = new FrameScheduler(inWork, inWork);
  }

  /** Frames that came. */
  get read(): number {
    return this.#read;
  }

  /** Those of them that were left out for newer ones. */
  get left(): number {
    return this.#left;
  }

  /** The frames, the newest first where several wait. Can be subscribed to once; the reader stays its owner's to close. */
  readonly frames = new Observable<Frame>((subscriber) => {
    const lane: Lane<Frame> = { mayStart: () => true, start: (frame) => subscriber.next(frame), superseded: () => void this.#left++ };
    this.#lane = lane;
    this.#scheduler.add(lane);
    const pull = async () => {
      for (let frame = await this.#reader.next(); frame && !subscriber.closed; frame = await this.#reader.next()) {
        this.#read++;
        this.#scheduler.offer(lane, frame);
      }
      if (this.#scheduler.waiting > 0) this.#left++;
    };
    pull().then(() => subscriber.complete(), (error: unknown) => subscriber.error(error));
    return () => this.#scheduler.remove(lane);
  });

  /** A frame is done with. */
  done(): void {
    if (this.#lane) this.#scheduler.done(this.#lane);
  }
}

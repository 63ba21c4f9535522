import { Observable } from "rxjs";
import type { Frame } from "../frame.js";
import type { Credits } from "./credits.js";
import type { FrameReader } from "./frame-reader.js";

/**
 * The reader's frames as an Observable with back-pressure: one frame is emitted for every credit taken, and whoever is done with a
 * frame gives its credit back. Without a credit nothing is pulled, and so the decoder is held back. Unsubscribing stops the pulling;
 * the reader stays open and is its owner's to close. Can be subscribed to once: the frames are gone then.
 */
export function framesFrom(reader: FrameReader, credits: Credits): Observable<Frame> {
  // No operator waits for its consumer, so that this cannot be composed.
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const pull = async () => {
      for (;;) {
        await credits.take(stop.signal);
        const frame = await reader.next();
        if (frame === undefined || stop.signal.aborted) {
          credits.give();
          break;
        }
        subscriber.next(frame);
      }
    };
    pull().then(
      () => subscriber.complete(),
      (error: unknown) => {
        if (!stop.signal.aborted) subscriber.error(error);
      },
    );
    return () => stop.abort();
  });
}

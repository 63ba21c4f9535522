import { bufferCount, bufferTime, filter, type OperatorFunction, type SchedulerLike } from "rxjs";

/**
 * Collects frames into batches in order: a batch goes on when it holds `size` frames or `latency` milliseconds have passed, whichever
 * is first, and the rest goes on at the end. Empty batches are not emitted. With an infinite latency the batches depend on nothing but
 * the frames.
 */
export function batchFrames<T>(size: number, latency: number, scheduler?: SchedulerLike): OperatorFunction<T, T[]> {
  if (latency === Infinity) return bufferCount(size);
  return (frames) => frames.pipe(
    scheduler ? bufferTime<T>(latency, null, size, scheduler) : bufferTime<T>(latency, null, size),
    filter((batch) => batch.length > 0),
  );
}

import { bufferTime, concat, defer, EMPTY, filter, mergeMap, of, type Observable, type OperatorFunction, type SchedulerLike } from "rxjs";

/** How {@link batchFrames} collects. */
export interface BatchOptions<T> {
  /** A batch goes on after so long, milliseconds; with Infinity the batches depend on nothing but the frames. */
  readonly latency: number;
  /** No batch holds frames of two groups; without it all are of one. Only where the latency is infinite. */
  readonly groupOf?: ((frame: T) => unknown) | undefined;
  readonly scheduler?: SchedulerLike;
}

/**
 * Collects frames into batches in order: a batch goes on when it holds `size` frames, when its time is up, or when its group ends, and the
 * rest goes on at the end. Empty batches are not emitted.
 */
export function batchFrames<T>(size: number, { latency, groupOf, scheduler }: BatchOptions<T>): OperatorFunction<T, T[]> {
  if (latency === Infinity) return batchGroups(size, groupOf ?? (() => undefined));
  return (frames) => frames.pipe(
    scheduler ? bufferTime<T>(latency, null, size, scheduler) : bufferTime<T>(latency, null, size),
    filter((batch) => batch.length > 0),
  );
}

function batchGroups<T>(size: number, groupOf: (frame: T) => unknown): OperatorFunction<T, T[]> {
  return (frames: Observable<T>) => defer(() => {
    let batch: T[] = [], group: unknown;
    const take = () => {
      const whole = batch;
      batch = [];
      return whole;
    };
    const whole = frames.pipe(mergeMap((frame) => {
      const batches: T[][] = [], its = groupOf(frame);
      if (batch.length > 0 && its !== group) batches.push(take());
      group = its;
      batch.push(frame);
      if (batch.length === size) batches.push(take());
      return batches;
    }));
    return concat(whole, defer(() => (batch.length > 0 ? of(take()) : EMPTY)));
  });
}

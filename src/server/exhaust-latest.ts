import { Observable, type OperatorFunction } from "rxjs";

/**
 * Works on one value at a time and then on the newest that has come meanwhile; those between are never worked on. For changes that are
 * cheap to ask for and costly to carry out.
 *
 * @param project `newest` gives the value to work on: asked late, it is the newest still. What it resolves to is emitted
 */
export function exhaustLatest<T, R>(project: (newest: () => T) => Promise<R>): OperatorFunction<T, R> {
  return (source) => new Observable<R>((subscriber) => {
    let waiting: { readonly value: T } | undefined, working = false, completed = false;
    const work = async (first: T) => {
      working = true;
      let value = first;
      const newest = () => {
        if (waiting) ({ value } = waiting);
        waiting = undefined;
        return value;
      };
      do {
        newest();
        const result = await project(newest);
        subscriber.next(result);
      } while (waiting && !subscriber.closed);
      working = false;
      if (completed) subscriber.complete();
    };
    const subscription = source.subscribe({
      next: (value) => {
        if (working) waiting = { value };
        else work(value).catch((error: unknown) => subscriber.error(error));
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        completed = true;
        if (!working) subscriber.complete();
      },
    });
    return () => {
      waiting = undefined;
      subscription.unsubscribe();
    };
  });
}

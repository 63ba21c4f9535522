import type { TestContext } from "node:test";

/** Counts from now on, for as long as the test lasts, how often shared memory is made on this thread. */
export function countShared(t: TestContext): () => number {
  const Shared = globalThis.SharedArrayBuffer;
  let made = 0;
  globalThis.SharedArrayBuffer = class extends Shared {
    constructor(bytes: number) {
      super(bytes);
      made++;
    }
  } as typeof SharedArrayBuffer;
  t.after(() => { globalThis.SharedArrayBuffer = Shared; });
  return () => made;
}

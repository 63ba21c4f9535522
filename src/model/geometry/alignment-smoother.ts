import { LookAround } from "./look-around.js";
import type { Similarity } from "./similarity.js";
import { DEFAULT_REACH, smoothAt, type SmoothingOptions, type TimedAlignment } from "./smooth-alignment.js";

/** {@link SmoothingOptions} and the bound of what waits. */
export interface SmootherOptions extends SmoothingOptions {
  /** At most this many frames wait for their future, 32 when left out: see {@link LookAround}. */
  readonly maxFrames?: number;
}

/** {@link smoothAt} over a stream, with a look around. */
export class AlignmentSmoother<T extends TimedAlignment> extends LookAround<T, { readonly smoothed: Similarity | null }> {
  constructor(options: SmootherOptions = {}) {
    super((window, centre) => ({ smoothed: smoothAt(window, centre, options) }), { reach: options.reach ?? DEFAULT_REACH, maxFrames: options.maxFrames ?? 32 });
  }
}

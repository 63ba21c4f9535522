import type { CropReading } from "./crop-reader.js";
import type { EvaluationPair } from "./evaluation-pair.js";

/** A row of the evaluation's tables. */
export interface RowName {
  /** Short and unique. */
  readonly key: string;
  readonly label: string;
}

/** A pair with its pictures, [96, 96, 3] RGB each. */
export interface LoadedPair {
  readonly pair: EvaluationPair;
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  readonly truth: Uint8Array;
  /** What the landmark source sees in `source`. */
  readonly sourceReading?: CropReading;
}

/** Something that is measured: a network, or what it has to beat. It may fill several rows of the tables. */
export interface Contestant extends AsyncDisposable {
  readonly rows: readonly RowName[];
  /** @returns a picture for every row, [96, 96, 3] RGB; undefined where it cannot do this pair */
  make(pair: LoadedPair): Promise<readonly (Uint8Array | undefined)[]>;
  /** May be called more than once. */
  close(): Promise<void>;
}

/** The photo as it is: what "nothing happens" scores. */
export function copyContestant(): Contestant {
  return { rows: [{ key: "copy", label: "The photo, just copied" }], make: async ({ target }) => [target], close: async () => {}, [Symbol.asyncDispose]: async () => {} };
}

/** What should come out: the judges' own ceiling. */
export function truthContestant(): Contestant {
  return { rows: [{ key: "truth", label: "The truth itself (the judges' ceiling)" }], make: async ({ truth }) => [truth], close: async () => {}, [Symbol.asyncDispose]: async () => {} };
}

import { bootstrapMean, type Estimate } from "./bootstrap.js";
import { correlation } from "./correlation.js";
import type { RowName } from "./contestant.js";
import type { MeasuredPair, MeasuredRow } from "./measure-pair.js";
import { WATCHED, type Measure } from "./measures.js";
import type { Thresholds } from "./thresholds.js";

/** What is kept of a measured pair: numbers, no pictures. */
export type PairRecord = Pick<MeasuredPair, "driverMovements"> & {
  readonly person: string;
  readonly groups: readonly string[];
  readonly rows: readonly (Pick<MeasuredRow, "scores" | "movements"> | undefined)[];
};

/** One row of a test's tables. */
export interface RowSummary extends RowName {
  /** Pairs it could do. */
  readonly pairs: number;
  /** Share of the pictures that the verifier takes for the photo's person, at the two thresholds. */
  readonly verified?: Estimate;
  readonly verifiedLenient?: Estimate;
  /** Share that it accepts beside another photo of the photo's person, at the first threshold; of the pairs that have one. */
  readonly verifiedOther?: Estimate;
  /** Share that it takes for the driver's person, at the first threshold. */
  readonly leaked?: Estimate;
  readonly measures: Readonly<Partial<Record<Measure, Estimate>>>;
  /** Pearson's correlation over all pairs of a movement's strength with the driver's; and its slope, how much of the strength arrives. */
  readonly follows: Readonly<Record<string, { readonly correlation: number; readonly slope: number }>>;
  /** The means by kind of expression. */
  readonly groups: Readonly<Record<string, GroupSummary>>;
}

/** One row's means over the pairs of one kind of expression. */
export interface GroupSummary {
  readonly pairs: number;
  readonly verified: number;
  readonly measures: Readonly<Partial<Record<Measure, number>>>;
}

/** Sums up row number `index` of all pairs of a test. */
export function summariseRow(name: RowName, index: number, records: readonly PairRecord[], thresholds: Thresholds, seed: string): RowSummary {
  const done = records.flatMap((record) => {
    const row = record.rows[index];
    return row ? [{ record, row }] : [];
  });
  const people = done.map(({ record }) => record.person);
  const estimate = (value: (row: NonNullable<PairRecord["rows"][number]>) => number) => bootstrapMean(done.map(({ row }) => value(row)), people, `${seed}/${name.key}`);
  const measures = Object.fromEntries(measureNames(done).map((measure) => [measure, estimate(({ scores }) => scores[measure])]));
  const groups = [...new Set(done.flatMap(({ record }) => record.groups))].sort();
  return {
    ...name, pairs: done.length,
    verified: estimate(({ scores }) => Number(scores.identity >= thresholds.strict)),
    verifiedLenient: estimate(({ scores }) => Number(scores.identity >= thresholds.lenient)),
    verifiedOther: estimate(({ scores }) => (Number.isFinite(scores.identityOther) ? Number(scores.identityOther >= thresholds.strict) : NaN)),
    leaked: estimate(({ scores }) => Number(scores.leak >= thresholds.strict)),
    measures,
    follows: Object.fromEntries(Object.keys(WATCHED).flatMap((movement, k) => {
      const both = done.filter(({ record, row }) => record.driverMovements.length > 0 && row.movements.length > 0);
      if (both.length < 3) return [];
      return [[movement, follow(both.map(({ record }) => record.driverMovements[k]), both.map(({ row }) => row.movements[k]))]];
    })),
    groups: Object.fromEntries(groups.map((group) => {
      const some = done.filter(({ record }) => record.groups.includes(group)).map(({ row }) => row);
      return [group, summariseGroup(some, thresholds)];
    })),
  };
}

function summariseGroup(rows: readonly NonNullable<PairRecord["rows"][number]>[], { strict }: Thresholds): GroupSummary {
  const mean = (values: readonly number[]) => {
    const finite = values.filter(Number.isFinite);
    return finite.reduce((sum, value) => sum + value, 0) / finite.length;
  };
  const names = measureNames(rows.map((row) => ({ row })));
  return {
    pairs: rows.length,
    verified: mean(rows.map(({ scores }) => Number(scores.identity >= strict))),
    measures: Object.fromEntries(names.map((measure) => [measure, mean(rows.map(({ scores }) => scores[measure]))])),
  };
}

/** Measures that at least one row has. */
function measureNames(done: readonly { readonly row: { readonly scores: Readonly<Record<Measure, number>> } }[]): Measure[] {
  const names = Object.keys(done.at(0)?.row.scores ?? {}) as Measure[];
  return names.filter((name) => done.some(({ row }) => Number.isFinite(row.scores[name])));
}

function follow(driver: readonly number[], output: readonly number[]): { correlation: number; slope: number } {
  const r = correlation(driver, output);
  const spread = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  return { correlation: r, slope: (r * spread(output)) / spread(driver) };
}

import type { Estimate } from "./bootstrap.js";
import { WATCHED, type Measure } from "./measures.js";
import { PAPER_NOTE, PAPER_TABLE } from "./paper-table.js";
import type { EvaluationReport, TestSummary } from "./report.js";
import type { RowSummary } from "./summarise.js";

/** A table for people: the first column names the rows. */
export interface ReportTable {
  readonly title: string;
  readonly about: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const NONE = "–";

/** Columns of a test's own table: what they are called, where the value is, how many decimals it has. */
const COLUMNS: readonly (readonly [title: string, value: (row: RowSummary) => Estimate | undefined, digits: number])[] = [
  ["Face-Verf", (row) => row.verified, 3],
  ["Face-Verf by another photo", (row) => row.verifiedOther, 3],
  ["Face-Verf at 1 % false", (row) => row.verifiedLenient, 3],
  ["cosine to the photo", ofMeasure("identity"), 3],
  ["Exp-Sim to the driver", ofMeasure("expressionDriver"), 3],
  ["Exp-Sim to the truth", ofMeasure("expressionTruth"), 3],
  ["scores, to the driver", ofMeasure("scoresDriver"), 3],
  ["scores, to the truth", ofMeasure("scoresTruth"), 3],
  ["L1", ofMeasure("l1"), 4],
  ["PSNR, dB", ofMeasure("psnr"), 1],
  ["SSIM", ofMeasure("ssim"), 3],
  ["landmarks, px", ofMeasure("landmarks"), 2],
];

function ofMeasure(measure: Measure): (row: RowSummary) => Estimate | undefined {
  return (row) => row.measures[measure];
}

/** All tables of a report, in the order they are read. */
export function reportTables(report: EvaluationReport): ReportTable[] {
  const [main] = report.tests;
  const cross = report.tests.filter(({ key }) => key === "same" || key === "wild");
  return [
    summaryTable(report), wayTable(report), ...report.tests.map(testTable), leakageTable(report, cross), ...report.tests.flatMap(followTable),
    ...cross.map((test) => groupTable(test, main.rows[0].key)),
  ];
}

/** The paper's Table 1 with these figures above its own. */
export function summaryTable({ tests }: EvaluationReport): ReportTable {
  const [same, wild] = (["same", "wild"] as const).map((key) => tests.find((test) => test.key === key));
  const cells = (test: TestSummary | undefined, key: string) => {
    const row = test?.rows.find((candidate) => candidate.key === key);
    return [row?.verified, row?.measures.expressionDriver, row?.measures.expressionTruth, row?.measures.scoresDriver, row?.measures.scoresTruth].map((value) => short(value, 3));
  };
  const names = ["Face-Verf", "Exp-Sim (driver)", "Exp-Sim (truth)", "scores (driver)", "scores (truth)"];
  return {
    title: "Table 1",
    about: "Same distribution and in the wild. Face-Verf: share of the pictures that the verifier takes for the photo's person. Exp-Sim: cosine of the expression network's features to the driver's and to the truth's. "
      + `Scores: cosine of MediaPipe's 51 expression scores. ${PAPER_NOTE}`,
    columns: ["", ...names.map((name) => `same: ${name}`), ...names.map((name) => `wild: ${name}`)],
    rows: [
      ...tests[0].rows.map(({ key, label }) => [label, ...cells(same, key), ...cells(wild, key)]),
      ...PAPER_TABLE.map((row) => [row.label, ...[row.same, row.wild].flatMap((values) => [...values.map((value) => value.toFixed(3)), NONE, NONE, NONE])]),
    ],
  };
}

/** Measures that say how far a picture has come, whatever scale a judge has. */
const WAY: readonly (readonly [name: string, measure: Measure])[] = [
  ["Exp-Sim to the driver", "expressionDriver"], ["Exp-Sim to the truth", "expressionTruth"],
  ["scores, to the driver", "scoresDriver"], ["scores, to the truth", "scoresTruth"], ["landmarks", "landmarks"],
];

/** Where every row lies between doing nothing and the truth. */
function wayTable({ tests }: EvaluationReport): ReportTable {
  const cross = tests.filter(({ key }) => key === "same" || key === "wild");
  const columns = cross.flatMap((test) => WAY.filter(([, measure]) => test.rows[0].measures[measure]).map(([name, measure]) => ({ test, name, measure })));
  const others = tests[0].rows.map((row, i) => ({ row, i })).filter(({ row }) => row.key !== "copy" && row.key !== "truth");
  return {
    title: "The way from the copied photo to the truth",
    about: "Where the mean of a row lies between that of the copied photo (0) and that of the truth (1): it says the same whatever a judge's scale is. Below 0 is worse than doing nothing.",
    columns: ["", ...columns.map(({ test, name }) => `${test.key}: ${name}`)],
    rows: others.map(({ row, i }) => [row.label, ...columns.map(({ test: { rows }, measure }) => {
      const [from, to] = ["copy", "truth"].map((key) => rows.find((candidate) => candidate.key === key)?.measures[measure]?.mean ?? NaN);
      const way = ((rows[i].measures[measure]?.mean ?? NaN) - from) / (to - from);
      return Number.isFinite(way) ? way.toFixed(2) : NONE;
    })]),
  };
}

function testTable({ title, about, pairs, people, rows }: TestSummary): ReportTable {
  const columns = COLUMNS.filter(([, value]) => rows.some((row) => value(row)));
  return {
    title, about: `${about} ${pairs} pairs, ${people} people.`, columns: ["", ...columns.map(([name]) => name)],
    rows: rows.map((row) => [row.label, ...columns.map(([, value, digits]) => long(value(row), digits))]),
  };
}

function leakageTable({ calibration, thresholds }: EvaluationReport, tests: readonly TestSummary[]): ReportTable {
  const random = calibration ? `Two random people of the real photos have ${calibration.differentMean.toFixed(3)} on average.` : "";
  return {
    title: "Identity leakage",
    about: "Cosine of what was made to the driver's person, and the share that the verifier takes for the driver. The copied photo shows what two people have in common "
      + `without a driver, the truth what wearing the same expression adds to it: what lies above the truth has leaked. Threshold ${thresholds.strict.toFixed(3)}. ${random}`,
    columns: ["", ...tests.flatMap(({ title }) => [`${title}: cosine to the driver`, `${title}: taken for the driver`])],
    rows: tests[0].rows.map(({ label }, i) => [label, ...tests.flatMap(({ rows }) => [long(rows[i].measures.leak, 3), long(rows[i].leaked, 3)])]),
  };
}

function followTable({ title, rows }: TestSummary): ReportTable[] {
  const movements = Object.keys(WATCHED).filter((name) => rows.some((row) => row.follows[name]));
  if (movements.length === 0) return [];
  return [{
    title: `How strength follows: ${title}`,
    about: "Over all pairs, Pearson's correlation of MediaPipe's score with the driver's and, after the slash, the slope: how much of a stronger movement arrives.",
    columns: ["", ...movements],
    rows: rows.map((row) => [row.label, ...movements.map((name) => {
      const value = row.follows[name];
      return value && Number.isFinite(value.correlation) ? `${value.correlation.toFixed(2)} / ${value.slope.toFixed(2)}` : NONE;
    })]),
  }];
}

function groupTable({ title, rows }: TestSummary, key: string): ReportTable {
  const row = rows.find((candidate) => candidate.key === key)!;
  const measures: readonly [string, Measure, number][] = [
    ["Exp-Sim to the driver", "expressionDriver", 3], ["Exp-Sim to the truth", "expressionTruth", 3], ["scores, to the truth", "scoresTruth", 3],
    ["L1", "l1", 4], ["landmarks, px", "landmarks", 2],
  ];
  const digits = (value: number | undefined, count: number) => (value === undefined || !Number.isFinite(value) ? NONE : value.toFixed(count));
  return {
    title: `By expression: ${title}`, about: `${row.label}. An expression may be of several kinds; "other" is none of them.`,
    columns: ["", "pairs", "Face-Verf", ...measures.map(([name]) => name)],
    rows: Object.entries(row.groups).map(([group, summary]) => [
      group, String(summary.pairs), digits(summary.verified, 3), ...measures.map(([, measure, count]) => digits(summary.measures[measure], count)),
    ]),
  };
}

function short(value: Estimate | undefined, digits: number): string {
  return value ? value.mean.toFixed(digits) : NONE;
}

/** `0.912 (0.880–0.940)`. */
export function long(value: Estimate | undefined, digits: number): string {
  return value ? `${value.mean.toFixed(digits)} (${value.low.toFixed(digits)}–${value.high.toFixed(digits)})` : NONE;
}

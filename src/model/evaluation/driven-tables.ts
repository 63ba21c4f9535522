import type { DrivenReport } from "./driven-report.js";
import type { DrivenMeasures } from "./driven-scores.js";
import type { ExpressionChannel } from "./follow-expression.js";
import { READ_CHANNELS } from "./reading-measures.js";
import { long, type ReportTable } from "./report-tables.js";

const NONE = "–";

const MEASURES: readonly (readonly [measure: keyof DrivenMeasures, title: string, digits: number])[] = [
  ["expSim", "ExpSim", 3], ["gain", "gain", 2], ["r", "r", 3], ["lag", "lag, frames", 1], ["likeness", "likeness", 3], ["verified", "verified", 3],
  ["verifiedStrict", "verified, strict", 3], ["leakage", "leakage", 3], ["poseR", "pose r", 2], ["poseGain", "pose size", 2], ["gazeR", "gaze r", 2], ["gazeGain", "gaze size", 2],
  ["trembling", "trembling", 2], ["sharpness", "sharpness", 2], ["lost", "faces lost", 3],
];

const CHANNELS: Readonly<Record<ExpressionChannel, string>> = {
  jawOpen: "jaw", mouthSmile: "smile", eyeBlink: "blink", browUp: "brow up", browDown: "brow down", mouthPucker: "pucker", mouthFunnel: "funnel",
  eyeSquint: "squint", upperLip: "upper lip", lowerLip: "lower lip",
};

/** What the columns mean, and what a reader must know. */
export function drivenFacts({ thresholds: { lenient, strict }, notes, seed, pairs, settings }: DrivenReport): string[] {
  return [
    `${new Set(pairs.map(({ driver }) => driver)).size} drivers and ${new Set(pairs.map(({ photo }) => photo)).size} photos in ${pairs.length} pairs; seed ${seed}; ${describe(settings)}.`,
    "ExpSim: mean cosine between what MediaPipe's scores of driver and output change from their own rest (the driver's five calmest frames), where the driver moves. "
      + "Gain: size of the output's change along the driver's, 1 is all of it. r: mean correlation over time of jaw, smile, blink, inner brow and pucker, of those that move.",
    `Likeness: mean cosine of the verifier (HSE-FaceRes) to the photo; verified: share of the frames from ${lenient.toFixed(3)} on (1 % false), strict: from ${strict.toFixed(3)} on. `
      + "Leakage: cosine to the driver above what photo and driver share.",
    "Pose, gaze: correlation and size of the head's angles and of where the eyes look. Trembling: second differences of the landmarks by the driver's. Sharpness: variance of the Laplacian in the face by the photo's.",
    ...notes,
  ];
}

function describe(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`).join(", ");
}

/** All tables of a report, in the order they are read. */
export function drivenTables(report: DrivenReport): ReportTable[] {
  return [meanTable(report), channelTable(report), ...report.contestants.map(({ key, label }) => pairTable(report, key, label))];
}

/** The means of all contestants. */
export function meanTable({ contestants }: DrivenReport): ReportTable {
  const columns = MEASURES.filter(([measure]) => contestants.some(({ summary }) => summary.measures[measure]));
  return {
    title: "Mean of all pairs", about: "In brackets the 95 % interval, bootstrapped over the people of the drivers.", columns: ["", ...columns.map(([, title]) => title)],
    rows: contestants.map(({ label, summary }) => [label, ...columns.map(([measure, , digits]) => long(summary.measures[measure], digits))]),
  };
}

function channelTable({ contestants }: DrivenReport): ReportTable {
  const columns = (Object.keys(READ_CHANNELS) as ExpressionChannel[]).filter((channel) => contestants.some(({ summary }) => summary.channels[channel]));
  return {
    title: "Movement by movement", about: "Correlation over time with the driver's score, and the slope over it: how much of the movement arrives. Of the pairs whose driver makes the movement (their number in brackets).",
    columns: ["", ...columns.map((channel) => CHANNELS[channel])],
    rows: contestants.map(({ label, summary }) => [label, ...columns.map((channel) => {
      const followed = summary.channels[channel];
      return followed ? `${followed.r.mean.toFixed(2)} / ${followed.slope.mean.toFixed(2)} (${followed.r.count})` : NONE;
    })]),
  };
}

function pairTable({ pairs }: DrivenReport, key: string, label: string): ReportTable {
  const cell = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : NONE);
  return {
    title: `Pair by pair: ${label}`, about: "Driver, photo, and frames of the driver.", columns: ["", "frames", ...MEASURES.map(([, title]) => title)],
    rows: pairs.map(({ driver, photo, frames, scores }) => [
      `${driver} on ${photo}`, String(frames), ...MEASURES.map(([measure, , digits]) => cell(scores[key][measure], digits)),
    ]),
  };
}

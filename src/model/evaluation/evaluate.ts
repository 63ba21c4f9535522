import { ReenactError } from "../../errors.js";
import { FaceDataset } from "../synthesis/dataset.js";
import { copyContestant, truthContestant, type Contestant } from "./contestant.js";
import { drawCrossPairs, drawRealSelfPairs, drawSelfPairs } from "./draw-pairs.js";
import type { EvaluateOptions } from "./evaluate-options.js";
import type { EvaluationPair } from "./evaluation-pair.js";
import { openExpressionJudge } from "./expression-judge.js";
import { openIdentityJudge } from "./identity-judge.js";
import { measurePair, type Judges, type MeasuredPair } from "./measure-pair.js";
import { networkContestant } from "./network-contestant.js";
import { PhotoShelf } from "./photo-shelf.js";
import { reportNotes } from "./report-notes.js";
import type { Evaluation, EvaluationReport, GridRow, TestSummary } from "./report.js";
import { summariseRow, type PairRecord } from "./summarise.js";
import { MEASURED_THRESHOLDS, type Thresholds } from "./thresholds.js";
import { verifyPeople } from "./verify-people.js";
import { warpContestant } from "./warp-contestant.js";

/** Told after every step of a stage. */
export type EvaluateProgress = (stage: string, done: number, total: number) => void;

/**
 * Measures networks and what they have to beat on held-out people (AIP-GAN, Table 1, and more): every pair goes through once, only
 * numbers and a few pictures are kept.
 *
 * @throws ReenactError DATA_INVALID (no such set, no held-out people, a bad folder), MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE;
 * the signal's reason when it is aborted
 */
export async function evaluate(options: EvaluateOptions, onProgress: EvaluateProgress = () => {}): Promise<Evaluation> {
  const { landmarks, seed, signal } = options;
  using dataset = FaceDataset.open(options.data);
  using wild = options.wild === undefined ? undefined : FaceDataset.open(options.wild);
  const tests = planTests(options, dataset, wild);
  const contestants: Contestant[] = [];
  const judges: Judges = { landmarks, identity: await openIdentityJudge(), expression: await openExpressionJudge() };
  try {
    const shelf = options.originals && new PhotoShelf(options.originals.photos, dataset, landmarks);
    for (const network of options.networks) contestants.push(await networkContestant(network, options.engine, shelf));
    contestants.push(copyContestant());
    if (options.originals && shelf) contestants.push(await warpContestant(options.originals.basis, shelf));
    contestants.push(truthContestant());

    const calibration = options.threshold === undefined
      ? await verifyPeople(dataset, judges.identity, String(seed), (done, total) => onProgress("calibrating the verifier", done, total), signal) : undefined;
    const thresholds = thresholdsOf(options, calibration);
    const summaries: TestSummary[] = [], grids: Record<string, GridRow[]> = {};
    for (const test of tests) {
      const { records, grid } = await runTest(test.pairs, contestants, judges, options, (done) => onProgress(test.title, done, test.pairs.length));
      grids[test.key] = grid;
      const rows = contestants.flatMap((contestant) => contestant.rows);
      summaries.push({
        key: test.key, title: test.title, about: test.about, pairs: records.length, people: new Set(records.map(({ person }) => person)).size,
        rows: rows.map((row, i) => summariseRow(row, i, records, thresholds, `${seed}/${test.key}`)),
      });
    }
    const report: EvaluationReport = {
      version: 1, seed, landmarks: landmarks.name, thresholds, calibration, tests: summaries,
      thresholdOrigin: originOf(options, calibration), notes: reportNotes({ dataset, ...options }),
    };
    return { report, grids };
  } finally {
    await Promise.all([...contestants, judges.identity, judges.expression].map((opened) => opened.close()));
  }
}

type PlannedTest = Pick<TestSummary, "key" | "title" | "about"> & { readonly pairs: readonly EvaluationPair[] };

function planTests({ data, wildSets = [], pairs: count, seed }: EvaluateOptions, dataset: FaceDataset, wild: FaceDataset | undefined): PlannedTest[] {
  const sets = new Set(dataset.info.photos.map(({ set }) => set));
  for (const set of wildSets) {
    if (!sets.has(set)) throw new ReenactError("DATA_INVALID", `Expected a set called ${set} in ${data} but it has ${[...sets].join(", ")}: name one of those for --wild-set.`);
  }
  const heldOut = dataset.photosIn("test");
  const inWild = (photo: number) => wildSets.includes(dataset.info.photos[photo].set);
  const known = heldOut.filter((photo) => !inWild(photo));
  const plan = (key: string) => ({ dataset, photos: known, count, seed: `${seed}/${key}` });
  const stranger = wild ? { dataset: wild, photos: wild.info.photos.map((_, i) => i) } : { dataset, photos: heldOut.filter(inWild) };
  const tests: PlannedTest[] = [
    {
      key: "same", title: "Same distribution", pairs: drawCrossPairs(plan("same")),
      about: "A held-out person's synthesised expression drives another held-out person's photo, both of the sets that were trained on.",
    },
    {
      key: "wild", title: "In the wild", pairs: drawCrossPairs({ ...stranger, count, seed: `${seed}/wild` }),
      about: wild ? "The same with people of another dataset." : `The same with held-out people of ${wildSets.join(" and ")}.`,
    },
    {
      key: "self", title: "Self-reenactment, synthesised", pairs: drawSelfPairs(plan("self")),
      about: "A held-out person's own synthesised expressions drive that person's photo.",
    },
    {
      key: "selfReal", title: "Self-reenactment, real photos", pairs: drawRealSelfPairs(plan("selfReal")),
      about: "One real photo of a held-out person drives another one of the same person: no synthesis takes part, light and pose differ a little.",
    },
  ];
  if (tests[0].pairs.length === 0) {
    throw new ReenactError("DATA_INVALID", `Expected held-out people in ${data} who wear the same expressions but found no pair: build it from more photos, or leave fewer sets to --wild-set.`);
  }
  return tests.filter((test) => test.pairs.length > 0);
}

async function runTest(
  pairs: readonly EvaluationPair[], contestants: readonly Contestant[], judges: Judges, { grid: wanted, signal }: EvaluateOptions, onDone: (done: number) => void,
): Promise<{ records: PairRecord[]; grid: GridRow[] }> {
  const records: PairRecord[] = [], grid: GridRow[] = [];
  for (const [i, pair] of pairs.entries()) {
    signal?.throwIfAborted();
    const measured = await measurePair(pair, contestants, judges);
    records.push({
      person: pair.person, groups: pair.groups, driverMovements: measured.driverMovements,
      rows: measured.rows.map((row) => row && { scores: row.scores, movements: row.movements }),
    });
    // Evenly spread over the pairs, which are in the order of the photos.
    if (Math.floor(((i + 1) * wanted) / pairs.length) > Math.floor((i * wanted) / pairs.length)) grid.push(gridRow(measured, contestants));
    onDone(i + 1);
  }
  return { records, grid };
}

function gridRow({ source, target, rows }: MeasuredPair, contestants: readonly Contestant[]): GridRow {
  const made = contestants.flatMap((contestant) => contestant.rows).flatMap(({ key, label }, i) => {
    const row = rows[i];
    return row && key !== "copy" ? [{ label, picture: row.picture }] : [];
  });
  return { pictures: [{ label: "Driver", picture: source }, { label: "Photo", picture: target }, ...made] };
}

function thresholdsOf({ threshold }: EvaluateOptions, calibration: { threshold: number; lenientThreshold: number } | undefined): Thresholds {
  if (threshold !== undefined) return { strict: threshold, lenient: threshold };
  return calibration ? { strict: calibration.threshold, lenient: calibration.lenientThreshold } : MEASURED_THRESHOLDS;
}

function originOf({ threshold }: EvaluateOptions, calibration: { same: number; different: number } | undefined): string {
  if (threshold !== undefined) return "The threshold was given on the command line.";
  if (!calibration) return "The dataset has too few people with several photos to calibrate on: the thresholds are those measured on neutral against smiling portraits of 82 people.";
  return `Calibrated on ${calibration.same} real pairs of one person and ${calibration.different} of two people in this dataset: `
    + "the first threshold makes equally many errors of both kinds (or lies in the middle where there is none), the second accepts 1 % of the pairs of two people.";
}

import type { Pixels } from "../../frame.js";
import { CROP_SIZE } from "../geometry/alignment.js";
import type { LandmarkSource } from "../landmarks/source.js";
import type { Contestant, LoadedPair } from "./contestant.js";
import { cosine } from "./cosine.js";
import { pointDistance, readCrop, type CropReading } from "./crop-reader.js";
import { cropOf, type EvaluationPair } from "./evaluation-pair.js";
import type { ExpressionJudge } from "./expression-judge.js";
import type { IdentityJudge } from "./identity-judge.js";
import { psnr } from "./image-measures.js";
import { watchedScores, type PairScores } from "./measures.js";
import { ssim } from "./ssim.js";

/** Who judges. */
export interface Judges {
  readonly identity: IdentityJudge;
  readonly expression: ExpressionJudge;
  readonly landmarks: LandmarkSource;
}

/** What came of a pair: for every row, in the contestants' order, its picture and scores; undefined where a row could not do it. */
export interface MeasuredPair {
  readonly pair: EvaluationPair;
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  readonly truth: Uint8Array;
  /** The driver's strength of the watched movements. */
  readonly driverMovements: readonly number[];
  readonly rows: readonly (MeasuredRow | undefined)[];
}

/** One row's part of it. */
export interface MeasuredRow {
  readonly picture: Uint8Array;
  readonly scores: PairScores;
  readonly movements: readonly number[];
}

/** Equal to 8 bits, PSNR is infinite; it is counted as this many decibels, so that means stay finite. */
const HIGHEST_PSNR = 60;

/** Lets every contestant do a pair, and measures what they make. */
export async function measurePair(pair: EvaluationPair, contestants: readonly Contestant[], judges: Judges): Promise<MeasuredPair> {
  const { dataset } = pair;
  const source = cropOf(dataset, pair.source), target = cropOf(dataset, { kind: "original", index: pair.target }), truth = cropOf(dataset, pair.truth);
  const sourceReading = await readCrop(judges.landmarks, source);
  const loaded: LoadedPair = { pair, source, target, truth, sourceReading };
  const pictures: (Uint8Array | undefined)[] = [];
  for (const contestant of contestants) pictures.push(...await contestant.make(loaded));

  // Some rows are the very picture of another: each is judged once.
  const other = pair.other === undefined ? undefined : cropOf(dataset, { kind: "original", index: pair.other });
  const judged = [...new Set([source, target, truth, ...pictures.filter((picture) => picture !== undefined)])];
  const [identities, expressions] = [await judges.identity.describe(judged), await judges.expression.describe(judged)];
  const readings = new Map<Uint8Array, CropReading | undefined>([[source, sourceReading]]);
  for (const picture of judged) if (!readings.has(picture)) readings.set(picture, await readCrop(judges.landmarks, picture));
  const seen = new Map(judged.map((picture, i) => [picture, { identity: identities[i], expression: expressions[i], reading: readings.get(picture) }]));

  const [another] = other ? await judges.identity.describe([other]) : [];
  const [s, t, x] = [seen.get(source)!, seen.get(target)!, seen.get(truth)!];
  const rows = pictures.map((picture): MeasuredRow | undefined => {
    if (!picture) return undefined;
    const { identity, expression, reading } = seen.get(picture)!;
    const scores: PairScores = {
      identity: cosine(identity, t.identity), leak: cosine(identity, s.identity),
      identityOther: another ? cosine(identity, another) : NaN,
      expressionDriver: cosine(expression, s.expression), expressionTruth: cosine(expression, x.expression),
      scoresDriver: scoresCosine(reading, s.reading), scoresTruth: scoresCosine(reading, x.reading),
      l1: meanDifference(picture, truth), psnr: Math.min(HIGHEST_PSNR, psnr(pixels(picture), pixels(truth))), ssim: ssim(pixels(picture), pixels(truth)),
      landmarks: reading && x.reading ? pointDistance(reading.points, x.reading.points) : NaN,
    };
    return { picture, scores, movements: watchedScores(reading?.scores) };
  });
  return { pair, source, target, truth, driverMovements: watchedScores(sourceReading?.scores), rows };
}

function scoresCosine(a: CropReading | undefined, b: CropReading | undefined): number {
  if (!a?.scores || !b?.scores) return NaN;
  const names = Object.keys(a.scores), { scores } = b;
  return cosine(names.map((name) => a.scores![name]), names.map((name) => scores[name] ?? 0));
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
  return sum / a.length / 127.5;
}

function pixels(data: Uint8Array): Pixels {
  return { data, width: CROP_SIZE, height: CROP_SIZE };
}

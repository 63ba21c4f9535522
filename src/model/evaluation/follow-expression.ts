import { quantile } from "../quantile.js";
import { correlation } from "./correlation.js";
import { cosine } from "./cosine.js";
import { deviation, followSeries, type Followed } from "./follow-series.js";
import { bestShift } from "./lag.js";
import { READ_CHANNELS } from "./reading-measures.js";

/** A movement by which following is judged: those of {@link READ_CHANNELS}. */
export type ExpressionChannel = keyof typeof READ_CHANNELS;

/** MediaPipe's scores of one frame's face by name, 0…1; undefined without a face. */
export type Scores = Readonly<Record<string, number>> | undefined;

/** How an output's expression follows its driver's. NaN where the driver says nothing: it shows fewer than eight faces, or never moves. */
export interface ExpressionFollowed {
  /**
   * Mean cosine between what driver and output change, of the frames in which the driver moves, −1…1; a frame whose output shows no face
   * counts 0. A change counts from a side's own rest: its mean in the five frames in which the driver is calmest.
   */
  readonly expSim: number;
  /** Size of the output's change along the driver's; 1 is all of it. */
  readonly gain: number;
  /** Mean correlation of the {@link MEAN_OF} that move. */
  readonly r: number;
  /** Frames by which the output is later. */
  readonly lag: number;
  /** By movement, where the driver makes it. */
  readonly channels: Partial<Record<ExpressionChannel, Followed>>;
}

/** Movements that `r` and `lag` are made of. */
const MEAN_OF: readonly (readonly string[])[] = [
  READ_CHANNELS.jawOpen, READ_CHANNELS.mouthSmile, READ_CHANNELS.eyeBlink, ["browInnerUp"], READ_CHANNELS.mouthPucker,
];
/** Frames that make up a rest; fewer frames than this with a face say nothing. */
const CALM = 5, FEWEST = 8;
/** A driver whose change is below the first (its 95th percentile) never moves; a frame is one of motion from so much on, or so much of that percentile. */
const STILL = 0.25, ACTIVE = 0.1, ACTIVE_SHARE = 0.25;
/** An output that changes by less is at rest. */
const AT_REST = 0.05;
/** The driver's least standard deviation of a movement; the output's, and the same as a share of the driver's. */
const MOVES = 0.03, RESTS = 0.01, RESTS_SHARE = 0.05;
/** A lag is looked for this far, frames, and told from so much correlation on. */
const REACH = 12, TOLD = 0.2;

/**
 * How an output follows its driver, frame by frame.
 *
 * @param driver its scores @param output the output's, as many
 * @param neutral what a neutral face scores, by the names that count: the calmest frames are those closest to it, leaving out the eyes' direction
 */
export function followExpression(driver: readonly Scores[], output: readonly Scores[], neutral: Readonly<Record<string, number>>): ExpressionFollowed {
  const none = { expSim: NaN, gain: NaN, r: NaN, lag: NaN, channels: {} };
  const pairs = driver.flatMap((scores, i) => (scores ? [[scores, output[i]] as const] : []));
  if (pairs.length < FEWEST) return none;
  const both = pairs.flatMap(([a, b]) => (b ? [[a, b] as const] : [])), lost = pairs.length - both.length;
  if (both.length < FEWEST) return { ...none, expSim: 0, gain: 0 };
  const names = Object.keys(neutral), still = names.filter((name) => !name.startsWith("eyeLook"));
  const unrest = both.map(([a]) => Math.hypot(...still.map((name) => a[name] - neutral[name])));
  const calm = [...both.keys()].sort((i, j) => unrest[i] - unrest[j]).slice(0, CALM);
  const [a, b] = ([0, 1] as const).map((side) => {
    const rest = names.map((name) => calm.reduce((sum, i) => sum + both[i][side][name], 0) / calm.length);
    return both.map((pair) => names.map((name, k) => pair[side][name] - rest[k]));
  });
  const size = a.map((change) => Math.hypot(...change)), large = quantile(size, 0.95);
  if (large < STILL) return none;
  const active = [...size.keys()].filter((i) => size[i] >= Math.max(ACTIVE, ACTIVE_SHARE * large));
  const alike = active.reduce((sum, i) => sum + (Math.hypot(...b[i]) < AT_REST ? 0 : cosine(a[i], b[i])), 0);
  let along = 0, square = 0;
  a.forEach((change, i) => change.forEach((value, k) => {
    along += value * b[i][k];
    square += value * value;
  }));
  const series = (which: readonly string[]) => ([0, 1] as const).map((side) => both.map((pair) => mean(which.map((name) => pair[side][name]))));
  const follow = (which: readonly string[]) => {
    const [x, y] = series(which);
    return followSeries(x, y, { leader: MOVES, follower: Math.max(RESTS, RESTS_SHARE * deviation(x)) });
  };
  const moving = MEAN_OF.flatMap((which) => {
    const followed = follow(which), [x, y] = series(which);
    return followed ? [{ x, y, r: followed.r }] : [];
  });
  return {
    expSim: alike / (active.length + lost), gain: along / square, r: mean(moving.map(({ r }) => r)), lag: lagOf(moving, both.length),
    channels: Object.fromEntries((Object.keys(READ_CHANNELS) as ExpressionChannel[]).flatMap((channel) => {
      const followed = follow(READ_CHANNELS[channel]);
      return followed ? [[channel, followed]] : [];
    })),
  };
}

/** The shift, in frames, at which all movements together fit best, each by how much the driver makes of it; NaN where none fits. */
function lagOf(moving: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[], frames: number): number {
  const at = (shift: number) => {
    let sum = 0, weights = 0;
    for (const { x, y } of moving) {
      const u = shift >= 0 ? x.slice(0, x.length - shift) : x.slice(-shift), v = shift >= 0 ? y.slice(shift) : y.slice(0, y.length + shift);
      const spread = deviation(u), weight = deviation(x);
      if (u.length < FEWEST || spread < 1e-4) continue;
      sum += weight * (deviation(v) < Math.max(RESTS, RESTS_SHARE * spread) ? 0 : correlation(u, v));
      weights += weight;
    }
    return weights > 0 ? Math.round((1e4 * sum) / weights) / 1e4 : NaN; // of shifts that fit alike the smallest counts
  };
  const best = bestShift(at, Math.min(REACH, Math.floor(frames / 4)));
  return best.correlation > TOLD ? Math.round(best.samples) : NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

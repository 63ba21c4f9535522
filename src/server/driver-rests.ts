import type { LiveSettings } from "../client/protocol.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import { RunningRest } from "../model/rig/running-rest.js";

/** Milliseconds between two times that a client is told of a rest that drifts. */
const TELL_EVERY = 5000;
/** Digits that are told: a thousandth of a degree, and of an expression. */
const DIGITS = 3;

/**
 * A session's driver at rest. Photos and views come and go, the driver stays: so does what is known of its rest. The client is told of it,
 * and may begin with what it was told another time.
 */
export class DriverRests {
  readonly #onRest: (rest: DriverRest) => void;
  #pair: readonly [forHead: RunningRest, forWeights: RunningRest] | undefined;
  #neutral = 0;
  #given: DriverRest | null = null;
  #toldAt = -Infinity;

  /** @param onRest is told of the rest when it has become known, and seldom when it drifts */
  constructor(onRest: (rest: DriverRest) => void) {
    this.#onRest = onRest;
  }

  /**
   * The rest for head and gaze, known before the network has read a face, and that for its weights.
   *
   * @param quiet [51] 1 for weights that count as expression; of the basis, so the same for every photo
   */
  pair(quiet: ArrayLike<number>): readonly [forHead: RunningRest, forWeights: RunningRest] {
    return (this.#pair ??= [new RunningRest(quiet), new RunningRest(quiet)]);
  }

  /** Does what the settings ask for; before every frame. */
  follow({ neutral, rest }: Pick<LiveSettings, "neutral" | "rest">): void {
    const taken = neutral !== this.#neutral, given = rest !== this.#given;
    this.#neutral = neutral;
    this.#given = rest;
    if (given && rest) this.#pair?.forEach((one, i) => one.set(i === 0 ? { ...rest, weights: [] } : rest));
    else if (given || taken) this.#pair?.forEach((one) => one.reset(taken));
    if (given || taken) this.#toldAt = -Infinity;
  }

  /** Tells of it, where that is due; after every frame. */
  tell(now: number): void {
    const [head, weights] = this.#pair?.map(({ rest }) => rest) ?? [];
    if (!head || !weights || now - this.#toldAt < TELL_EVERY) return;
    this.#toldAt = now;
    this.#onRest({
      head: { yaw: short(head.head.yaw), pitch: short(head.head.pitch), roll: short(head.head.roll) }, gaze: { x: short(head.gaze.x), y: short(head.gaze.y) },
      weights: weights.weights.map(short),
    });
  }
}

function short(value: number): number {
  return Number(value.toFixed(DIGITS));
}

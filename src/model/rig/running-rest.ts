import { LIDS_CLOSED } from "../geometry/gaze.js";
import type { DriverRest, RestSample } from "./driver-rest.js";

/** Seconds of a resting face until half of an estimate is new: at first, and once it is known. */
const SOON = 0.5, LATER = 45;
/** Lips further apart than this (by the outer eye corners' distance) are open: such a face says little of its rest. */
const PARTED = 0.05;
/** How loud a face may be and still rest: the root of the sum of its weights' squares, less that of the quietest so far. */
const LOUD = 0.35;

/**
 * A driver's rest where nobody knows the frames to come: the first face is taken for it, then quiet faces with a closed mouth and open eyes
 * move it, quickly at first and slowly for ever after. It never jumps unless it is told to.
 */
export class RunningRest {
  #rest: DriverRest | undefined;
  #time = 0;
  /** Seconds of resting faces that went into it. */
  #known = 0;
  #quietest = Infinity;
  #asked = false;
  /** How often it was told what rest is: what counts from it breaks off then. */
  takes = 0;
  readonly #quiet: ArrayLike<number>;

  /** @param quiet [51] 1 for weights that count as expression; those of the gaze do not */
  constructor(quiet: ArrayLike<number>) {
    this.#quiet = quiet;
  }

  /** Undefined before the first face. */
  get rest(): DriverRest | undefined {
    return this.#rest;
  }

  /** Begins anew with the next face. @param asked whether somebody says that it rests, whatever it looks like */
  reset(asked = true): void {
    this.#rest = undefined;
    this.#known = 0;
    this.#quietest = Infinity;
    this.#asked = asked;
    this.takes++;
  }

  /** Rest is this from now on, for good measure or as it was remembered; it drifts on slowly. */
  set(rest: DriverRest): void {
    this.#rest = rest;
    this.#known = LATER;
    this.takes++;
  }

  /** Takes the next frame with a face. @param time seconds */
  next(time: number, sample: RestSample): DriverRest {
    const elapsed = Math.min(0.2, Math.max(0, time - this.#time)), { head, look, weights } = sample;
    this.#time = time;
    const closed = look !== undefined && look.open <= LIDS_CLOSED, parted = sample.mouth > PARTED;
    if (!this.#rest) {
      const gaze = look && !closed ? { x: look.x, y: look.y } : { x: 0, y: 0 };
      // A face that speaks says nothing of its rest: a population's is nearer.
      return (this.#rest = { head, gaze, weights: Array.from(weights, (weight) => ((parted || closed) && !this.#asked ? 0 : weight)) });
    }
    let loud = 0;
    for (let k = 0; k < weights.length; k++) loud += this.#quiet[k] * weights[k] ** 2;
    loud = Math.sqrt(loud);
    // What is quiet is forgotten slowly: a driver may move to other light.
    this.#quietest = Math.min(loud, this.#quietest + 0.002 * elapsed);
    if (parted || closed || loud > this.#quietest + LOUD) return this.#rest;
    const share = 1 - 0.5 ** (elapsed / Math.min(LATER, Math.max(SOON, this.#known)));
    this.#known += elapsed;
    const to = (from: number, value: number) => from + share * (value - from);
    const { head: h, gaze: g, weights: w } = this.#rest;
    return (this.#rest = {
      head: { yaw: to(h.yaw, head.yaw), pitch: to(h.pitch, head.pitch), roll: to(h.roll, head.roll) },
      gaze: look ? { x: to(g.x, look.x), y: to(g.y, look.y) } : g,
      weights: w.map((value, k) => to(value, weights[k])),
    });
  }
}

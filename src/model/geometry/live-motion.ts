import { irisTrust, type FaceMotion, type SmoothMotion } from "./driver-motion.js";
import { OneEuroFilter } from "./one-euro.js";

/** Seconds without a face after which the filters start afresh, and degrees between two frames that are another face's. */
const GAP = 0.5, JUMP = 15;

/** Smooths a driver's motion in a live picture by what came before: no frame waits. While the lids close the gaze stays where it was. */
export class LiveMotion {
  readonly #head = [0, 1, 2].map(() => new OneEuroFilter({ minCutoff: 0.9, beta: 0.06 }));
  readonly #gaze = [0, 1].map(() => new OneEuroFilter({ minCutoff: 1.5, beta: 4 }));
  #last: { time: number; head: readonly number[] } | undefined;
  #looked: readonly number[] | null = null;

  /**
   * @param time seconds
   * @param motion undefined where no face was found
   */
  next(time: number, motion: FaceMotion | undefined): SmoothMotion {
    if (!motion) return { head: null, gaze: null };
    const head = [motion.head.yaw, motion.head.pitch, motion.head.roll], last = this.#last;
    if (last && (time - last.time > GAP || Math.hypot(...head.map((angle, k) => angle - last.head[k])) > JUMP)) {
      for (const filter of [...this.#head, ...this.#gaze]) filter.reset();
      this.#looked = null;
    }
    this.#last = { time, head };
    const { look } = motion;
    if (look && irisTrust(look) > 0.5) this.#looked = [look.x, look.y].map((value, k) => this.#gaze[k].next(time, value));
    return { head: head.map((angle, k) => this.#head[k].next(time, angle)), gaze: look ? this.#looked : null };
  }
}

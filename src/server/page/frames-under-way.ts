import type { FiguresNow } from "../../client/index.js";

/**
 * Frames from camera to screen at a time: where page and server share a machine, one is looked at here and one there; more would only wait
 * for each other. On two machines one more, so that neither waits for the screen.
 */
const SAME_MACHINE = 2, TWO_MACHINES = 3;

/**
 * How many frames of the camera may be under way. With too many each waits, and what is shown is old; with too few a processor or the
 * network idles: so as many as are worked on, and as many as are on their way through the network meanwhile.
 *
 * @param local whether the server is this machine
 */
export function framesUnderWay(local: boolean, { roundTripP50, stages, fpsOut }: Pick<FiguresNow, "roundTripP50" | "stages" | "fpsOut">): number {
  const way = roundTripP50 - Object.values(stages).reduce((sum, time) => sum + time, 0);
  return (local ? SAME_MACHINE : TWO_MACHINES) + (way > 0 ? Math.round((way * fpsOut) / 1000) : 0);
}

import type { DecodeOptions } from "../streams/decode.js";
import type { ResolvedOptions } from "./options.js";

/** The driver's face is read at 96×96: a longer side than this, in pixels, is only slower. */
const DRIVER_SIDE = 1280;
/** The same where frames come while others are worked on: passing on every pixel takes time from them. */
const LIVE_SIDE = 640;

/** How the driver's frames are decoded: exactly where they are shown, quickly where only a model looks at them. */
export function driverDecoding({ view, missing }: Pick<ResolvedOptions, "view" | "missing">, realtime = false): Pick<DecodeOptions, "quick" | "maxSide" | "realtime"> {
  const quick = view !== "side-by-side" && missing !== "driver";
  return { quick, maxSide: realtime && quick ? LIVE_SIDE : DRIVER_SIDE, realtime };
}

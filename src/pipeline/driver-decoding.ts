import type { DecodeOptions } from "../streams/decode.js";
import type { ResolvedOptions } from "./options.js";

/** The driver's face is read at 96×96: a longer side than this, in pixels, is only slower. */
const DRIVER_SIDE = 1280;

/** How the driver's frames are decoded: exactly where they are shown, quickly where only a model looks at them. */
export function driverDecoding({ view, missing }: Pick<ResolvedOptions, "view" | "missing">): Pick<DecodeOptions, "quick" | "maxSide"> {
  return { quick: view !== "side-by-side" && missing !== "driver", maxSide: DRIVER_SIDE };
}

import { ReenactError } from "../../errors.js";
import { CROP_SIZE } from "../geometry/alignment.js";
import { GENERATED_CHANNELS, type Generated } from "../network/aip-gan.js";

/** What the network says about one frame, on the crop's own grid (aip-gan.md, "Motion head"). */
export interface MotionResult extends Generated<Float32Array> {
  /** [96, 96, 2]: where each pixel of the result comes from in the photo's crop, relative to itself; x then y, crop pixels. */
  readonly flow: Float32Array;
  /** [96, 96]: how much of each pixel is painted anew, 0…1. */
  readonly mask: Float32Array;
  /** [96, 96, 3]: the painted face x̂, RGB in −1…1. */
  readonly painted: Float32Array;
  /** [96, 96]: how much lighter or darker what is moved becomes, −0.5…0.5. */
  readonly shading: Float32Array;
}

/** Pixels of the crop. */
export const CROP_AREA = CROP_SIZE * CROP_SIZE;

/** @throws ReenactError USAGE when one of the four is not of the crop's size */
export function checkMotionResult(result: MotionResult): void {
  for (const [name, channels] of Object.entries(GENERATED_CHANNELS)) {
    const { length } = result[name as keyof MotionResult];
    if (length === CROP_AREA * channels) continue;
    throw new ReenactError("USAGE", `Expected ${CROP_AREA * channels} numbers (${CROP_SIZE}×${CROP_SIZE}×${channels}) for \`${name}\` but received ${length}.`);
  }
}

import { CROP_SIZE } from "../geometry/alignment.js";
import type { Plane } from "../geometry/resample.js";
import { ColourMatch } from "./colour-match.js";
import { localRange } from "./mask-edges.js";
import { CROP_AREA } from "./motion-result.js";
import { moveAndShade } from "./move-and-shade.js";
import { LightSharpener, type CropBox } from "./sharpen-light.js";

/** The kernels that enlarge what is painted read so many pixels beyond the mask, at most. */
const BEYOND = 3;

/**
 * Prepares what is painted anew, on the crop's grid: the mask with its local range, and the colours that are mixed in its place.
 * Owns its buffers: what it returns holds until the next call.
 */
export class PaintStage {
  /** [96, 96, 3]: mask, local minimum, local maximum. */
  readonly masks = new Float32Array(CROP_AREA * 3);
  /** [96, 96, 6]: painted face in the photo's colours, and the moved and shaded photo, both RGB in 0…255. */
  readonly colours = new Float32Array(CROP_AREA * 6);
  private readonly crop: Plane;
  private readonly moved = new Float32Array(CROP_AREA * 3);
  private readonly low = new Float32Array(CROP_AREA);
  private readonly high = new Float32Array(CROP_AREA);
  private readonly match: ColourMatch | null;
  private readonly sharpness: number;
  private readonly sharpener = new LightSharpener();

  /**
   * @param crop the photo's own crop, [96, 96, 3], −1…1
   * @param matchColours whether the painted face takes on the photo's colours
   * @param sharpness how much the painted face is sharpened, see {@link LightSharpener}
   */
  constructor(crop: Float32Array, matchColours: boolean, sharpness: number) {
    this.sharpness = sharpness;
    this.crop = { data: crop, width: CROP_SIZE, height: CROP_SIZE, channels: 3 };
    this.match = matchColours ? new ColourMatch() : null;
  }

  /**
   * Fills {@link masks} and {@link colours}, as far round the painted parts as they are going to be read.
   *
   * @param painted [96, 96, 3], −1…1
   * @param flow [96, 96, 2], crop pixels
   * @param shading [96, 96], as what is moved is shaded
   * @param mask [96, 96], 0…1, as it is mixed in
   * @param asked [96, 96], 0…1, as the network gave it: it tells where colours can be compared, at any strength
   */
  prepare(painted: Float32Array, flow: Float32Array, shading: Float32Array, mask: Float32Array, asked: Float32Array): void {
    const { masks, colours, moved, low, high, match } = this;
    moveAndShade(this.crop, flow, shading, moved);
    localRange(mask, low, high);
    match?.measure(painted, moved, asked);
    const box = boxOf(high);
    if (!box) return;
    const gain: [number, number, number] = [1, 1, 1];
    const top = Math.max(0, box.top - BEYOND), bottom = Math.min(CROP_SIZE, box.bottom + BEYOND);
    const left = Math.max(0, box.left - BEYOND), right = Math.min(CROP_SIZE, box.right + BEYOND);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const p = y * CROP_SIZE + x;
        masks[3 * p] = mask[p];
        masks[3 * p + 1] = low[p];
        masks[3 * p + 2] = high[p];
        match?.gainAt(x, y, gain);
        for (let c = 0; c < 3; c++) {
          colours[6 * p + c] = 127.5 * Math.min(2, Math.max(0, gain[c] * (painted[3 * p + c] + 1)));
          colours[6 * p + 3 + c] = 127.5 * (moved[3 * p + c] + 1);
        }
      }
    }
    this.sharpener.sharpen(colours, 6, { left, top, right, bottom }, this.sharpness);
  }
}

/** The box round all pixels above 0; undefined when there are none. */
function boxOf(plane: Float32Array): CropBox | undefined {
  let left = CROP_SIZE, right = 0, top = CROP_SIZE, bottom = 0;
  for (let y = 0, p = 0; y < CROP_SIZE; y++) {
    for (let x = 0; x < CROP_SIZE; x++, p++) {
      if (!(plane[p] > 0)) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return right > left ? { left, top, right, bottom } : undefined;
}

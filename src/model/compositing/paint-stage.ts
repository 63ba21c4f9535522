import { CROP_SIZE } from "../geometry/alignment.js";
import { warpBilinear, type Plane } from "../geometry/resample.js";
import { ColourMatch } from "./colour-match.js";
import { localRange } from "./mask-edges.js";
import { CROP_AREA } from "./motion-result.js";
import { ChromaSmoother } from "./smooth-chroma.js";

/**
 * Prepares what is painted anew, on the crop's grid: the mask with its local range, and the colours that are mixed in its place.
 * Owns its buffers: what it returns holds until the next call.
 */
export class PaintStage {
  /** [96, 96, 3]: mask, local minimum, local maximum. */
  readonly masks = new Float32Array(CROP_AREA * 3);
  /** [96, 96, 6]: painted face in the photo's colours, and the moved photo, both RGB in 0…255. */
  readonly colours = new Float32Array(CROP_AREA * 6);
  private readonly crop: Plane;
  private readonly moved = new Float32Array(CROP_AREA * 3);
  private readonly low = new Float32Array(CROP_AREA);
  private readonly high = new Float32Array(CROP_AREA);
  private readonly match: ColourMatch | null;
  private readonly chroma = new ChromaSmoother();

  /**
   * @param crop the photo's own crop, [96, 96, 3], −1…1
   * @param matchColours whether the painted face takes on the photo's colours
   */
  constructor(crop: Float32Array, matchColours: boolean) {
    this.crop = { data: crop, width: CROP_SIZE, height: CROP_SIZE, channels: 3 };
    this.match = matchColours ? new ColourMatch() : null;
  }

  /**
   * Fills {@link masks} and {@link colours}.
   *
   * @param painted [96, 96, 3], −1…1
   * @param flow [96, 96, 2], crop pixels
   * @param mask [96, 96], 0…1, as it is mixed in
   * @param asked [96, 96], 0…1, as the network gave it: it tells where colours can be compared, at any strength
   */
  prepare(painted: Float32Array, flow: Float32Array, mask: Float32Array, asked: Float32Array): void {
    const { masks, colours, moved, low, high, match } = this;
    warpBilinear(this.crop, flow, moved);
    localRange(mask, low, high);
    match?.measure(painted, moved, asked);
    const gain: [number, number, number] = [1, 1, 1];
    let left = CROP_SIZE, right = 0, top = CROP_SIZE, bottom = 0;
    for (let y = 0, p = 0; y < CROP_SIZE; y++) {
      for (let x = 0; x < CROP_SIZE; x++, p++) {
        masks[3 * p] = mask[p];
        masks[3 * p + 1] = low[p];
        masks[3 * p + 2] = high[p];
        if (high[p] > 0) {
          if (x < left) left = x;
          if (x >= right) right = x + 1;
          if (y < top) top = y;
          bottom = y + 1;
        }
        // Colours are read a little beyond the mask, by the kernel that enlarges them; the gain matters only inside it.
        if (match !== null && high[p] > 0) match.gainAt(x, y, gain);
        else gain[0] = gain[1] = gain[2] = 1;
        for (let c = 0; c < 3; c++) {
          colours[6 * p + c] = 127.5 * Math.min(2, Math.max(0, gain[c] * (painted[3 * p + c] + 1)));
          colours[6 * p + 3 + c] = 127.5 * (moved[3 * p + c] + 1);
        }
      }
    }
    if (right > left) this.chroma.smooth(colours, 6, { left, top, right, bottom });
  }
}

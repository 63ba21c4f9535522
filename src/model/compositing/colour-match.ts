import { CROP_SIZE } from "../geometry/alignment.js";
import { PHASES, splineWeights, weightTable } from "../geometry/kernels.js";

/** Side of the cells whose colours are compared, crop pixels, and how many there are along a side. */
const CELL = 8, CELLS = CROP_SIZE / CELL;
/** A difference in colour (of 0…1) at which a pixel's word counts half: there the two show different things, not different light. */
const DIFFERENT = 0.12;
/** So many pixels' worth of "no difference" is always added: without evidence the colours stay. */
const PRIOR = 6;
/** The gain never leaves 1/LIMIT…LIMIT. */
const LIMIT = 1.25;

const SPLINE = weightTable(splineWeights);

/**
 * Brings the painted face to the photo's colours. Where little is painted, the painted face and the moved photo show the same skin,
 * so the ratio of their colours is the error of the painted one; that ratio, averaged over about a dozen pixels, spread over the painted
 * parts and clamped, becomes a gain per channel. A gain, not an offset: an open mouth stays as dark as it was painted. Averages of
 * hundreds of pixels with smooth weights do not flicker.
 */
export class ColourMatch {
  /** Per cell: weighted colours of the moved photo (0–2) and of the painted face (3–5). */
  private readonly sums = new Float32Array(CELLS * CELLS * 6);
  private readonly spread = new Float32Array(CELLS * CELLS * 6);
  private readonly gain = new Float32Array(CELLS * CELLS * 3);

  /**
   * Compares the colours of one frame.
   *
   * @param painted [96, 96, 3], −1…1
   * @param moved the photo's crop, warped by the flow, [96, 96, 3], −1…1
   * @param mask [96, 96], 0…1
   */
  measure(painted: Float32Array, moved: Float32Array, mask: Float32Array): void {
    const { sums, spread, gain } = this;
    sums.fill(0);
    for (let y = 0, p = 0, q = 0; y < CROP_SIZE; y++) {
      for (let x = 0; x < CROP_SIZE; x++, p++, q += 3) {
        const bare = 1 - mask[p];
        const r = moved[q] - painted[q], g = moved[q + 1] - painted[q + 1], b = moved[q + 2] - painted[q + 2];
        const weight = bare * bare / (1 + (r * r + g * g + b * b) / (12 * DIFFERENT * DIFFERENT));
        const s = ((y / CELL | 0) * CELLS + (x / CELL | 0)) * 6;
        for (let c = 0; c < 3; c++) {
          sums[s + c] += weight * (moved[q + c] + 1);
          sums[s + 3 + c] += weight * (painted[q + c] + 1);
        }
      }
    }
    binomial(sums, spread, 6, 1);
    binomial(spread, sums, CELLS * 6, CELLS);
    for (let cell = 0; cell < CELLS * CELLS; cell++) {
      for (let c = 0; c < 3; c++) {
        const ratio = (sums[cell * 6 + c] + PRIOR) / (sums[cell * 6 + 3 + c] + PRIOR);
        gain[cell * 3 + c] = Math.min(LIMIT, Math.max(1 / LIMIT, ratio));
      }
    }
  }

  /**
   * The measured gain at a crop pixel, enlarged smoothly from the cells.
   *
   * @param out receives one factor per channel
   */
  gainAt(x: number, y: number, out: [number, number, number]): void {
    const i = FIRST[x], j = FIRST[y], wx = PHASE[x], wy = PHASE[y];
    let red = 0, green = 0, blue = 0;
    for (let n = 0; n < 4; n++) {
      const row = Math.min(CELLS - 1, Math.max(0, j + n)) * CELLS;
      for (let m = 0; m < 4; m++) {
        const at = (row + Math.min(CELLS - 1, Math.max(0, i + m))) * 3;
        const weight = SPLINE[wy + n] * SPLINE[wx + m];
        red += weight * this.gain[at];
        green += weight * this.gain[at + 1];
        blue += weight * this.gain[at + 2];
      }
    }
    out[0] = red;
    out[1] = green;
    out[2] = blue;
  }
}

/** For every crop pixel along a side: the first of the four cells it is made of, and its place between them in {@link SPLINE}. */
const PLACES = Array.from({ length: CROP_SIZE }, (_, x) => (x + 0.5) / CELL - 0.5);
const FIRST = Int32Array.from(PLACES, (u) => Math.floor(u) - 1);
const PHASE = Int32Array.from(PLACES, (u) => 4 * Math.round((u - Math.floor(u)) * PHASES));

/** The binomial kernel 1 4 6 4 1 along one axis of the cells: `stride` numbers from cell to cell; what lies outside counts as nothing. */
function binomial(from: Float32Array, to: Float32Array, stride: number, cellStride: number): void {
  for (let n = 0; n < from.length; n++) {
    const cell = Math.floor(n / 6);
    const place = cellStride === 1 ? cell % CELLS : Math.floor(cell / CELLS);
    let sum = 0;
    for (let k = -2; k <= 2; k++) if (place + k >= 0 && place + k < CELLS) sum += BINOMIAL[k + 2] * from[n + k * stride];
    to[n] = sum;
  }
}

const BINOMIAL = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];

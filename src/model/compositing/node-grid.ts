/** A rectangle of the photo that a {@link NodeGrid} covers, photo pixels. */
export interface GridBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Nodes a whole number of pixels apart over a box of the photo: fields that are smooth are known there alone, and between nodes they are
 * interpolated linearly, row by row. Nothing of the box's size is ever held.
 */
export class NodeGrid implements GridBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Photo pixels from node to node; the first one is at the box's first pixel. */
  readonly step: number;
  /** Nodes in a row, and rows of nodes: enough to have one beyond the box's last pixel. */
  readonly columns: number;
  readonly rows: number;
  private readonly value = new Float64Array(16);
  private readonly slope = new Float64Array(16);

  /** @param step a whole number from 1 */
  constructor(box: GridBox, step: number) {
    this.left = box.left;
    this.top = box.top;
    this.width = box.width;
    this.height = box.height;
    this.step = step;
    this.columns = Math.ceil(this.width / step) + 1;
    this.rows = Math.ceil(this.height / step) + 1;
  }

  /** Nodes of the grid. */
  get size(): number {
    return this.columns * this.rows;
  }

  /**
   * Spreads the nodes over one row of photo pixels.
   *
   * @param y row of the box, 0…height − 1
   * @param nodes [rows, columns, channels]
   * @param lit which nodes carry anything
   * @param out receives [width, channels]; pixels among unlit nodes are left as they are, outside the returned span
   * @param runs receives the spans of pixels that were written, as start and end pairs
   * @returns how many numbers of `runs` were used
   */
  spread(y: number, nodes: Float32Array, channels: number, lit: Uint8Array, out: Float32Array, runs: Int32Array): number {
    const { step, columns, width } = this;
    const j = Math.floor(y / step), t = (y - j * step) / step;
    const above = j * columns, below = above + columns;
    if (channels === 2) return this.spreadPairs(above, t, nodes, lit, out, runs);
    let used = 0;
    for (let k = 0, x = 0; x < width; k++, x += step) {
      if ((lit[above + k] | lit[above + k + 1] | lit[below + k] | lit[below + k + 1]) === 0) continue;
      const count = Math.min(step, width - x);
      if (used > 0 && runs[used - 1] === x) runs[used - 1] = x + count;
      else {
        runs[used++] = x;
        runs[used++] = x + count;
      }
      if (channels === 1) this.fillSingle(nodes, above + k, below + k, t, out, x, count);
      else this.fill(nodes, channels, above + k, below + k, t, out, x, count);
    }
    return used;
  }

  /** Pixels x … x + count − 1 from the four nodes round them. */
  private fill(
    nodes: Float32Array, channels: number, above: number, below: number, t: number, out: Float32Array, x: number, count: number,
  ): void {
    const { value, slope, step } = this;
    for (let c = 0, a = above * channels, b = below * channels; c < channels; c++, a++, b++) {
      const start = nodes[a] + t * (nodes[b] - nodes[a]);
      value[c] = start;
      slope[c] = (nodes[a + channels] + t * (nodes[b + channels] - nodes[a + channels]) - start) / step;
    }
    for (let p = x * channels, n = 0; n < count; n++) {
      for (let c = 0; c < channels; c++, p++) out[p] = value[c] + n * slope[c];
    }
  }

  /** {@link spread} of two channels: every moving pixel goes through it, so what a cell ends with is what the next one begins with. @param above first node of the row above */
  private spreadPairs(above: number, t: number, nodes: Float32Array, lit: Uint8Array, out: Float32Array, runs: Int32Array): number {
    const { step, columns, width } = this, share = 1 / step;
    let used = 0, end = -1, u = 0, v = 0, first = lit[above] | lit[above + columns];
    for (let k = above, x = 0; x < width; k++, x += step) {
      const last = lit[k + 1] | lit[k + columns + 1], moves = first | last;
      first = last;
      if (moves === 0) continue;
      const a = 2 * k, b = a + 2 * columns, to = Math.min(x + step, width);
      if (end !== x) {
        runs[used++] = x;
        used++;
        u = nodes[a] + t * (nodes[b] - nodes[a]);
        v = nodes[a + 1] + t * (nodes[b + 1] - nodes[a + 1]);
      }
      const nextU = nodes[a + 2] + t * (nodes[b + 2] - nodes[a + 2]), nextV = nodes[a + 3] + t * (nodes[b + 3] - nodes[a + 3]);
      const du = (nextU - u) * share, dv = (nextV - v) * share;
      for (let p = 2 * x, until = 2 * to; p < until; p += 2, u += du, v += dv) {
        out[p] = u;
        out[p + 1] = v;
      }
      u = nextU;
      v = nextV;
      runs[used - 1] = end = to;
    }
    return used;
  }

  /** {@link fill} for one channel. */
  private fillSingle(nodes: Float32Array, above: number, below: number, t: number, out: Float32Array, x: number, count: number): void {
    let u = nodes[above] + t * (nodes[below] - nodes[above]);
    const du = (nodes[above + 1] + t * (nodes[below + 1] - nodes[above + 1]) - u) / this.step;
    for (let p = x, end = x + count; p < end; p++, u += du) out[p] = u;
  }
}

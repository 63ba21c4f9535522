/** A rim of an opening, ready to be asked for its height over a column many times. */
export class Rim {
  private readonly xs: Float64Array;
  private readonly ys: Float64Array;

  /** @param points [n, 2] pixels @param vertices the rim's, in any order */
  constructor(points: ArrayLike<number>, vertices: readonly number[]) {
    const sorted = [...vertices].sort((a, b) => points[2 * a] - points[2 * b]);
    this.xs = Float64Array.from(sorted, (v) => points[2 * v]);
    this.ys = Float64Array.from(sorted, (v) => points[2 * v + 1]);
  }

  get left(): number {
    return this.xs[0];
  }

  get right(): number {
    return this.xs[this.xs.length - 1];
  }

  /** The rim's height over column x, constant beyond its ends. */
  at(x: number): number {
    const { xs, ys } = this, last = xs.length - 1;
    if (x <= xs[0]) return ys[0];
    if (x >= xs[last]) return ys[last];
    let i = 1;
    while (xs[i] < x) i++;
    return ys[i - 1] + ((x - xs[i - 1]) / (xs[i] - xs[i - 1])) * (ys[i] - ys[i - 1]);
  }

  /** Heights over the columns from `x` on, one for each entry of `out`. */
  fill(x: number, count: number, out: Float32Array): void {
    for (let i = 0; i < count; i++) out[i] = this.at(x + i);
  }
}

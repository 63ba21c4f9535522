/** Points that are shown: two a second make a minute. */
const POINTS = 120;

/** A small plot of the delay: its middle as a line, its slow end as an area above it. */
export class LatencyPlot {
  readonly #canvas: HTMLCanvasElement;
  readonly #points: { readonly p50: number; readonly p95: number }[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Adds the delay of now, milliseconds; NaN leaves a gap. */
  add(p50: number, p95: number): void {
    this.#points.push({ p50, p95 });
    if (this.#points.length > POINTS) this.#points.shift();
    this.#draw();
  }

  #draw(): void {
    const canvas = this.#canvas, ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (width === 0) return; // not shown
    if (canvas.width !== Math.round(width * ratio)) Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const context = canvas.getContext("2d")!, style = getComputedStyle(canvas);
    const [accent, line, soft] = ["--accent", "--line", "--soft"].map((name) => style.getPropertyValue(name));
    const known = this.#points.filter(({ p95 }) => Number.isFinite(p95));
    const top = Math.max(100, ...known.map(({ p95 }) => p95)) * 1.35;
    const x = (i: number) => width - ((this.#points.length - 1 - i) * width) / (POINTS - 1), y = (ms: number) => height - 1 - (ms / top) * (height - 4);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const step = [100, 200, 500, 1000, 2000, 5000].find((candidate) => 2.5 * candidate > top) ?? 10_000;
    context.font = "10px system-ui, sans-serif";
    for (let ms = step; ms < top; ms += step) {
      context.fillStyle = line;
      context.fillRect(0, Math.round(y(ms)), width, 1);
      context.fillStyle = soft;
      if (y(ms) > 13) context.fillText(`${ms} ms`, 0, y(ms) - 3);
    }
    context.fillStyle = line;
    context.fillRect(0, height - 1, width, 1);
    context.fillStyle = accent;
    this.#points.forEach(({ p50, p95 }, i) => {
      if (!Number.isFinite(p50)) return;
      const w = width / (POINTS - 1);
      context.globalAlpha = 0.28;
      context.fillRect(x(i) - w, y(p95), w + 0.5, y(p50) - y(p95));
      context.globalAlpha = 1;
      context.fillRect(x(i) - w, y(p50) - 1, w + 0.5, 2);
    });
    const last = known.at(-1);
    canvas.setAttribute("aria-label", last ? `Delay over the last minute; now ${last.p50.toFixed(0)} milliseconds` : "Delay over the last minute");
  }
}

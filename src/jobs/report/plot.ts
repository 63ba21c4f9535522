import { escapeHtml } from "./escape-html.js";

/** A line of a plot; where a value is missing the line is broken. */
export interface Line {
  readonly label: string;
  /** CSS class that gives it its colour. */
  readonly kind: "driver" | "output" | "identity";
  readonly points: readonly { readonly time: number; readonly value: number | undefined }[];
}

/** What a plot shows. */
export interface PlotOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Lowest and highest value; those of the lines when left out. */
  readonly range?: readonly [low: number, high: number];
  /** A level that is drawn across, and what it means. */
  readonly level?: { readonly value: number; readonly label: string };
}

const WIDTH = 330, HEIGHT = 110, LEFT = 34, RIGHT = 6, TOP = 18, BOTTOM = 16;

/** A small plot over time as inline SVG. */
export function plot({ title, lines, range, level }: PlotOptions): string {
  const values = lines.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
  const times = lines.flatMap(({ points }) => points.map(({ time }) => time));
  if (values.length === 0) return "";
  const [low, high] = range ?? [Math.min(...values), Math.max(...values)];
  const end = Math.max(...times, 1e-3), span = high - low || 1;
  const x = (time: number) => (LEFT + (time / end) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number) => (TOP + (1 - (value - low) / span) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const path = ({ points, kind, label }: Line) => {
    let pen = "M", d = "";
    for (const { time, value } of points) {
      if (value === undefined) pen = "M";
      else {
        d += `${pen}${x(time)} ${y(value)}`;
        pen = "L";
      }
    }
    return `<path class="${kind}" d="${d}"><title>${escapeHtml(label)}</title></path>`;
  };
  const text = (at: string | number, down: string | number, value: string, anchor = "end") => `<text x="${at}" y="${down}" text-anchor="${anchor}">${escapeHtml(value)}</text>`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">`,
    `<text class="title" x="${LEFT}" y="11">${escapeHtml(title)}</text>`,
    `<path class="axis" d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}"/>`,
    text(LEFT - 4, TOP + 6, format(high)), text(LEFT - 4, HEIGHT - BOTTOM, format(low)),
    text(LEFT, HEIGHT - 3, "0", "middle"), text(WIDTH - RIGHT, HEIGHT - 3, `${format(end)} s`),
    level && level.value > low && level.value < high ? `<path class="level" d="M${LEFT} ${y(level.value)}H${WIDTH - RIGHT}"><title>${escapeHtml(level.label)}</title></path>` : "",
    ...lines.map(path), "</svg>",
  ].join("");
}

function format(value: number): string {
  return Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(2).replace(/\.?0+$/, "");
}

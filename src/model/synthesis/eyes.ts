import type { Pixels } from "../../frame.js";
import { blendPixel, type Canvas } from "./canvas.js";
import { gaussianBlur } from "./gaussian-blur.js";
import type { Opening } from "./opening.js";
import { polygonCoverage } from "./polygon-coverage.js";
import type { PosedFace } from "./posed-face.js";
import { openingPolygon, rimLine } from "./rim-line.js";
import { sampleBilinear } from "./sample-image.js";
import { percentile, type SkinTone } from "./skin-tone.js";

interface Iris {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * Paints one eye between its displaced lids. The eyeball stands still: what the photo shows of it stays where it is; what the lids
 * newly uncover is the iris mirrored about its middle, or sclera.
 *
 * @param canvas receives the eye
 * @param image the photo
 * @param target [≥ 468, 2] landmarks after the displacement
 * @param iris first of the eye's five iris landmarks (its centre)
 */
export function paintEye(
  canvas: Canvas, image: Pixels, face: PosedFace, eye: Opening, iris: number, target: Float64Array, tone: SkinTone, detail: number,
): void {
  const mask = polygonCoverage(openingPolygon(target, eye), 4 * detail, canvas);
  gaussianBlur(mask.data, mask.width, mask.height, 0.6 * detail);
  const upper = rimLine(face.points, eye.upper), lower = rimLine(face.points, eye.lower), lid = rimLine(target, eye.upper);
  const columns = eye.upper.map((v) => face.points[2 * v]);
  const left = Math.min(...columns) + detail, right = Math.max(...columns) - detail;
  const ball = irisOf(face, iris);

  // The photo's eyeball, its lashes left out, column by column between the photo's own lids.
  const pixels: { x: number; y: number; opacity: number; fresh: number; own: number[]; mirrored: number[] }[] = [];
  const sample = new Float32Array(3);
  const read = (x: number, y: number): number[] => {
    sampleBilinear(image.data, image.width, image.height, x, y, sample, 0);
    return [...sample];
  };
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] <= 0.004) continue;
    const x = mask.x + (i % mask.width), y = mask.y + Math.floor(i / mask.width);
    const column = Math.min(right, Math.max(left, x));
    const above = upper(column), below = lower(column);
    const lashes = Math.min(1.2 * detail, 0.2 * Math.max(0, below - above));
    const top = above + lashes, bottom = Math.max(below - lashes, top);
    const within = (row: number) => Math.min(bottom, Math.max(top, row));
    pixels.push({
      x, y, opacity: mask.data[i],
      fresh: clamp01(Math.max(top - y, y - (below - lashes)) / (2 * detail) + 0.5),
      own: read(x, within(y)),
      mirrored: read(x, within(2 * ball.y - y)),
    });
  }
  if (pixels.length === 0) return;

  const white = scleraColour(pixels, ball, tone);
  for (const { x, y, opacity, fresh, own, mirrored } of pixels) {
    const inIris = clamp01((ball.radius * 1.02 - Math.hypot(x - ball.x, y - ball.y)) / detail + 0.5);
    const nearIris = clamp01((1.5 * ball.radius - Math.abs(x - ball.x)) / (0.5 * ball.radius));
    const shade = 0.72 + 0.28 * clamp01((y - lid(x)) / (0.12 * face.pose.scale)); // the upper lid's shadow
    const [r, g, b] = own.map((value, c) => {
      const sclera = value + (white[c] * 0.92 - value) * nearIris;
      const uncovered = sclera + (mirrored[c] - sclera) * inIris;
      return (value + (uncovered - value) * fresh) * shade;
    });
    blendPixel(canvas, x, y, r, g, b, opacity);
  }
}

function irisOf(face: PosedFace, first: number): Iris {
  const x = face.points[2 * first], y = face.points[2 * first + 1];
  let radius = 0;
  for (let i = first + 1; i <= first + 4; i++) radius += Math.hypot(face.points[2 * i] - x, face.points[2 * i + 1] - y) / 4;
  return { x, y, radius };
}

/** The white of the eye beside the iris, not darker than the skin would have it. */
function scleraColour(pixels: readonly { x: number; y: number; fresh: number; own: number[] }[], iris: Iris, tone: SkinTone): number[] {
  const white = pixels.filter(({ x, y, fresh }) =>
    fresh < 0.5 && Math.hypot(x - iris.x, y - iris.y) > 1.15 * iris.radius && Math.abs(y - iris.y) < iris.radius);
  const base = [0, 1, 2].map((c) => white.length > 4
    ? percentile(white.map(({ own }) => own[c]), 60)
    : pixels.reduce((sum, { own }) => sum + own[c], 0) / pixels.length);
  const mean = (base[0] + base[1] + base[2]) / 3;
  const lift = Math.max(1, (0.85 * tone.luminance) / Math.max(1, mean));
  // In a narrow eye the measured pixels are half lid: most of the colour is a grey in the photo's light.
  return base.map((value, c) => (0.4 * value + 0.6 * mean * (1 + 0.4 * (tone.cast[c] - 1))) * lift);
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

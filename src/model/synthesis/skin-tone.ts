import type { Pixels } from "../../frame.js";
import type { PosedFace } from "./posed-face.js";

/** How a photo is lit, seen on the skin round the nose. */
export interface SkinTone {
  /** Median luminance (Rec. 601), 0…255. */
  readonly luminance: number;
  /** What the light does to a white thing, per channel, about 1: the skin's colour against that of skin in white light. */
  readonly cast: readonly [r: number, g: number, b: number];
}

/** Channels of skin over their mean in white light: the middle of many photos. */
const WHITE_LIGHT = [1.35, 0.93, 0.72] as const;
const NOSE_TIP = 5;

/** Measures a square of 4 cm round the tip of the nose. */
export function skinTone(image: Pixels, face: PosedFace): SkinTone {
  const radius = Math.trunc(face.pose.scale * 2);
  const cx = Math.trunc(face.points[2 * NOSE_TIP]), cy = Math.trunc(face.points[2 * NOSE_TIP + 1]);
  const channels: [number[], number[], number[]] = [[], [], []];
  const luminances: number[] = [];
  for (let y = Math.max(0, cy - radius); y < Math.min(image.height, cy + radius); y++) {
    for (let x = Math.max(0, cx - radius); x < Math.min(image.width, cx + radius); x++) {
      const [r, g, b] = image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3);
      channels[0].push(r); channels[1].push(g); channels[2].push(b);
      luminances.push(Math.round(0.299 * r + 0.587 * g + 0.114 * b));
    }
  }
  if (luminances.length === 0) return { luminance: 150, cast: [1, 1, 1] };
  const medians = channels.map((values) => percentile(values, 50));
  const mean = Math.max(1, (medians[0] + medians[1] + medians[2]) / 3);
  const cast = WHITE_LIGHT.map((white, c) => Math.min(1.25, Math.max(0.75, Math.sqrt(medians[c] / mean / white))));
  return { luminance: percentile(luminances, 50), cast: [cast[0], cast[1], cast[2]] };
}

/** The value `percent` of the values lie below, interpolated between neighbours; sorts `values` in place. */
export function percentile(values: number[], percent: number): number {
  values.sort((a, b) => a - b);
  const at = (values.length - 1) * percent / 100, i = Math.floor(at);
  return values[i] + (at - i) * ((values[i + 1] ?? values[i]) - values[i]);
}

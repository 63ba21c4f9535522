import { clamp01 } from "../geometry/kernels.js";
import type { TeethSprite } from "./expression-basis.js";
import { gaussianBlur } from "./gaussian-blur.js";

/** The dental arch: its front's depth and how it recedes sideways, z = max(0, 4.9 − 0.33 x²) cm. */
const ARCH_FRONT = 4.9, ARCH_BEND = 0.33;

/** Molars go under in the dark of the cheeks: teeth are seen in full as far from the middle as the first, cm, and no more beyond the second. */
const SEEN_TO = 2.5, HIDDEN_FROM = 3.2;

/** Depth of the teeth at canonical x, cm. */
export function archDepth(x: number): number {
  return Math.max(0, ARCH_FRONT - ARCH_BEND * x * x);
}

/** Gums in full light, RGB, and what they keep of it in the sprite's deepest shade. */
const GUMS = [205, 135, 130] as const, SHADE = 0.55;
/** A texel is of gums from this ratio of red to green on, altogether so where it is larger by the second; how much of GUMS they take on. */
const RED = 1.18, REDDER = 0.2, TAKEN = 0.8;

/** Upper teeth whose gums are as light as people's: between the teeth of the sprite, deep in its shade, they would look like gaps. */
export function brightenGums(sprite: TeethSprite): TeethSprite {
  const data = Float32Array.from(sprite.data);
  for (let at = 0; at < data.length; at += 4) {
    const red = data[at], green = data[at + 1], share = TAKEN * clamp01((red / Math.max(1, green) - RED) / REDDER);
    const lit = Math.max(SHADE, red / GUMS[0]);
    for (let c = 0; c < 3; c++) data[at + c] += (GUMS[c] * lit - data[at + c]) * share;
  }
  return { ...sprite, data };
}

/** The sprite smoothed for being drawn at `scale` image pixels per centimetre, so that it does not alias. */
export function prefilterTeeth(sprite: TeethSprite, scale: number): TeethSprite {
  const shrink = sprite.pixelsPerCm / scale;
  if (shrink <= 1.2) return sprite;
  const data = new Float32Array(sprite.data.length);
  const plane = new Float32Array(sprite.width * sprite.height), scratch = new Float32Array(plane.length);
  for (let c = 0; c < 4; c++) {
    for (let i = 0; i < plane.length; i++) plane[i] = sprite.data[4 * i + c];
    gaussianBlur(plane, sprite.width, sprite.height, 0.45 * shrink, scratch);
    for (let i = 0; i < plane.length; i++) data[4 * i + c] = plane[i];
  }
  return { ...sprite, data };
}

/**
 * Lays the sprite's texel at canonical (x, y) over a colour.
 *
 * @param colour RGB, changed in place
 * @param brightness factor on the sprite's colour
 */
export function layTeeth(colour: Float32Array, sprite: TeethSprite, x: number, y: number, brightness: number): void {
  const u = (x - sprite.left) * sprite.pixelsPerCm - 0.5, v = (sprite.top - y) * sprite.pixelsPerCm - 0.5;
  const column = Math.floor(u), row = Math.floor(v);
  if (column < 0 || row < 0 || column >= sprite.width - 1 || row >= sprite.height - 1) return;
  const fx = u - column, fy = v - row;
  const i = 4 * (row * sprite.width + column), below = i + 4 * sprite.width;
  const { data } = sprite;
  const mix = (c: number): number =>
    (1 - fy) * ((1 - fx) * data[i + c] + fx * data[i + 4 + c]) + fy * ((1 - fx) * data[below + c] + fx * data[below + 4 + c]);
  const opacity = (mix(3) / 255) * Math.min(1, (HIDDEN_FROM - Math.abs(x)) / (HIDDEN_FROM - SEEN_TO));
  if (opacity <= 0) return;
  for (let c = 0; c < 3; c++) colour[c] += (mix(c) * brightness - colour[c]) * opacity;
}

import type { HeldOut } from "../model/training/train.js";
import type { LoopEntry } from "../model/training/training-loop.js";
import { clock } from "./format-values.js";

/** A line of a training's progress, and of a curriculum's its phase. */
type Progress = LoopEntry<object> & { readonly phase?: string };

/** Seconds until the last step of what is being trained, at the present rate. */
export function secondsLeft({ step, steps, imagesPerSecond }: Progress, batch: number): number {
  return ((steps - step) * batch) / imagesPerSecond;
}

/** A training's progress for people: a line, and after a look at held-out people what was seen. */
export function describeProgress(progress: Progress, batch: number): string {
  const { phase, step, steps, losses, imagesPerSecond, heldOut } = progress;
  const values = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(4)}`).join("  ");
  const line = `${phase ? `${phase}  ` : ""}step ${step}/${steps}  ${values}  ${imagesPerSecond.toFixed(1)} images/s  ETA ${clock(secondsLeft(progress, batch))}`;
  if (!heldOut) return line;
  if (!isHeldOut(heldOut)) return `${line}\n  held out: ${numbers(heldOut)}`;
  const { moved, painted, copied, told, toldOfVideos } = heldOut;
  const figures = Object.entries({ moved, painted, copied }).map(([name, { all, expressive }]) => `${name} ${all.toFixed(4)} (${expressive.toFixed(4)})`);
  return `${line}\n  held out, mean difference to the truth (where expressions show): ${figures.join("  ")}
  held out, what e tells (correlation): ${numbers(told)}${toldOfVideos ? `; of videos: ${numbers(toldOfVideos)}` : ""}`;
}

function isHeldOut(seen: object): seen is HeldOut {
  return "moved" in seen;
}

function numbers(values: object): string {
  return Object.entries(values as Record<string, number>).map(([name, value]) => `${name} ${value.toFixed(2)}`).join("  ");
}

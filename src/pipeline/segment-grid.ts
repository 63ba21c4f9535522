import { MICROSECOND } from "../frame.js";
import { isJoinable } from "../streams/segment-encoder.js";
import type { OutputTarget } from "../streams/output-target.js";
import type { VideoInfo } from "../streams/video-info.js";
import type { ResolvedOptions } from "./options.js";

/** A part of a video, in seconds from the input's start: frames from `start` up to before `end`. */
export interface Segment {
  readonly index: number;
  readonly start: number;
  /** Undefined for the last one: whatever comes. */
  readonly end: number | undefined;
}

/** Containers with an index: a picture found by its time is the one that is found by decoding all before it. */
const INDEXED = /\b(mov|mp4|matroska|webm)\b/;

/** Why a video cannot be rendered in segments; undefined when it can. */
export function wholeBecause(info: VideoInfo, target: { readonly kind: OutputTarget["kind"]; readonly format: OutputTarget["format"] }): string | undefined {
  if (info.input.live) return "a live input plays only once";
  if (info.input.path === undefined) return "its input is no file";
  if (!INDEXED.test(info.format)) return `pictures in ${info.format} cannot be found exactly by their time`;
  if (target.kind === "pipe") return "its output is a pipe";
  if (!isJoinable(target.format)) return `${target.format} cannot be joined of parts`;
  return undefined;
}

/** How a video is cut; can be sent as JSON. All in seconds from the input's start. */
export interface SegmentGrid {
  readonly start: number;
  /** Undefined: to the video's end. */
  readonly end?: number | undefined;
  /** Length of every segment but the last. */
  readonly seconds: number;
  /** Segments, at least 1. */
  readonly count: number;
}

/**
 * Cuts a video into segments. Where they begin depends on the video and the cut that is asked for, and on nothing else: not on who renders
 * them, nor on how many do. The last one is never shorter than half the others.
 */
export function segmentGrid({ duration }: Pick<VideoInfo, "duration">, { start, end }: Pick<ResolvedOptions, "start" | "end">, seconds: number): SegmentGrid {
  const stop = Math.min(end ?? Infinity, duration ?? Infinity);
  return { start, end, seconds, count: Number.isFinite(stop) ? Math.max(1, Math.round((stop - start) / seconds)) : 1 };
}

/** A segment of a grid. @param index 0 to count − 1 */
export function segmentAt({ start, end, seconds, count }: SegmentGrid, index: number): Segment {
  return { index, start: start + index * seconds, end: index + 1 < count ? start + (index + 1) * seconds : end };
}

/** The indices of a grid's segments, rising. */
export function segmentIndices({ count }: SegmentGrid): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Index of the segment that a frame belongs to; below 0 before the first one. @param time when it is shown, seconds from the input's start */
export function segmentIndexAt(grid: SegmentGrid, time: number): number {
  const guess = Math.min(grid.count - 1, Math.floor((time - grid.start) / grid.seconds));
  // The quotient may be off by a rounding: what counts is where segments begin.
  const begins = (index: number) => time >= grid.start + index * grid.seconds - MICROSECOND;
  return guess + 1 < grid.count && begins(guess + 1) ? guess + 1 : begins(guess) ? guess : guess - 1;
}

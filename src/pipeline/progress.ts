import type { Stage } from "../operators/stage-clock.js";
import type { EncodeSummary } from "../streams/frame-sink.js";

/** How far a job is. */
export interface Progress {
  /** Frames written. */
  readonly frame: number;
  /** Frames to come in all, where the input says so. */
  readonly total: number | undefined;
  /** Seconds of video written. */
  readonly time: number;
  /** Frames a second, over the last few seconds. */
  readonly fps: number;
  /** Seconds left, where `total` is known. */
  readonly eta: number | undefined;
  /** Mean milliseconds a frame spends in each stage; stages overlap. */
  readonly stages: Partial<Record<Stage, number>>;
}

/** What a finished job did. */
export interface Summary extends EncodeSummary {
  /** Frames in which the driver's face was found. */
  readonly faces: number;
  /** Frames that an earlier run had made, which was stopped; left out where there are none. */
  readonly resumed?: number | undefined;
  /** Frames of the driver that could not be decoded: each shows the last good one before it. */
  readonly undecoded: number;
  /** Seconds the job took, from its start to the finished file, and the frames that it made itself divided by them. */
  readonly seconds: number;
  readonly fps: number;
  readonly stages: Partial<Record<Stage, number>>;
  readonly engine: string;
  readonly landmarks: string;
}

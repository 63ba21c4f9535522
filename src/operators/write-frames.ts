import { concatMap, type MonoTypeOperatorFunction } from "rxjs";
import type { Frame } from "../frame.js";
import type { Credits } from "../streams/credits.js";
import type { FrameSink } from "../streams/frame-sink.js";
import { StageClock } from "./stage-clock.js";

/** Writes every frame to `sink`, waiting for room, then gives its credit back and passes it on. */
export function writeFrames(sink: Pick<FrameSink, "write">, credits: Credits, clock = new StageClock()): MonoTypeOperatorFunction<Frame> {
  return concatMap(async (frame) => {
    await clock.timeAsync("encode", () => sink.write(frame));
    credits.give();
    return frame;
  });
}

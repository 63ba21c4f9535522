import type { Turn } from "../model/geometry/quarter-turns.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import type { VideoInfo } from "../streams/video-info.js";
import { clipTurn, mostlyUpright, TURN_FRAMES } from "./clip-turn.js";
import { findRest, needsRest, type RestOptions, type RestTools } from "./find-rest.js";
import { findTurn } from "./find-turn.js";
import { restFrames } from "./rest-frames.js";

/** What is found out about a video's driver beforehand. Can be sent as JSON. */
export interface Driver {
  /** Quarter turns clockwise after which its face is upright. */
  readonly turn: Turn;
  /** How it rests; undefined where nothing counts from it. */
  readonly rest?: DriverRest | undefined;
}

/**
 * Finds how a driver is held and rests, from a few frames spread over the stretch that is asked for. It depends on the video and the options
 * alone: everybody who renders a part of it finds the same.
 *
 * @throws ReenactError as `openDecoder` does
 */
export async function findDriver(info: VideoInfo, options: RestOptions, tools: RestTools): Promise<Driver> {
  const { signal } = tools;
  if (!needsRest(options)) return { turn: await clipTurn(info, await tools.landmarks, { ...options, signal }) };
  const seen = await findRest(info, options, tools);
  if (mostlyUpright(seen.upright, seen.looked)) return { turn: 0, rest: seen.rest };
  const landmarks = await tools.landmarks;
  const turn = await findTurn(restFrames(info, { ...options, neutral: "auto" }, signal, TURN_FRAMES), landmarks, signal);
  if (turn === 0) return { turn, rest: seen.rest };
  const { rest } = await findRest(info, options, { ...tools, landmarks: turnedSource(landmarks, turn) });
  return { turn, rest };
}

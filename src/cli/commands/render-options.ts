import { Option, type Command } from "commander";
import { ReenactError } from "../../errors.js";
import type { ResolvedOptions } from "../../pipeline/options.js";
import { integerBetween, numberBetween, parseEnd, parseFace, parseFrameRate, parseNeutral, parsePositiveTime, parseTime } from "../parse-values.js";
import { readSoundMap } from "../sound-map.js";

/** What {@link addRenderOptions} gives an action. */
export interface RenderFlags extends Omit<Partial<ResolvedOptions>, "input" | "photo" | "output" | "start" | "end" | "overwrite" | "format" | "frameRate" | "soundTrack"> {
  ss?: number;
  to?: number;
  duration?: number;
  map: string[];
  framerate?: string;
  f?: string;
}

/** Adds the options that say how a job is rendered: the same for one job and for many. */
export function addRenderOptions(command: Command): Command {
  addCutOptions(command)
    .option("-r, --framerate <rate>", "frames a second of numbered pictures, which have no times (also -framerate)", parseFrameRate)
    .option("--map <stream>", "another sound track than the first: 0:a:1 is the second (also -map)", (map: string, maps: string[]) => [...maps, map], [])
    .option("-f <format>", "output format, when the name does not say it")
    .addOption(new Option("--view <view>", "composite: the whole photo, alive; face: the aligned face alone; side-by-side: with the driver").choices(["composite", "face", "side-by-side"]).default("composite"));
  return addDrivingOptions(command)
    .addOption(new Option("--missing <what>", "shown while no face is found: the last expression, an ease back to the photo's own, or the driver's frame").choices(["hold", "ease", "driver"]).default("ease"))
    .option("--face <which>", "which face of the photo: largest, or the n-th from the left", parseFace, "largest")
    .option("--max-side <pixels>", "scale the photo down to this longer side", integerBetween(64, 16384))
    .addOption(new Option("--engine <engine>", "what runs the network").choices(["auto", "onnx", "tfjs"]).default("auto"))
    .addOption(new Option("--landmarks <source>", "what finds the face").choices(["auto", "mediapipe", "facemesh"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first")
    .option("--weights <folder>", "other weights than those of the package; small: the package's smaller network")
    .option("--batch <n>", "frames that go through the network together", integerBetween(1, 64), 4)
    .option("--crf <n>", "quality, lower is better (default: 18 for H.264, 28 for VP9)", numberBetween(0, 63))
    .option("--encoder <name>", "ffmpeg's name of the encoder (also -c:v)")
    .option("--preset <preset>", "H.264 speed against size: ultrafast … veryslow (default: veryfast)")
    .option("--no-audio", "leave the sound out")
    .option("--no-cache", "do not keep the photo's identity embedding on disk");
}

/** Adds the options that say what of the input is taken. */
export function addCutOptions(command: Command): Command {
  return command
    .option("--ss <time>", "start at this time of the input (also -ss)", parseTime)
    .option("--to <time>", "end at this time of the input (also -to)", parseEnd)
    .option("-t, --duration <time>", "how much of the input, instead of --to", parsePositiveTime);
}

/** Adds the options that say how the driver's face is put onto the photo. */
export function addDrivingOptions(command: Command): Command {
  return command
    .option("--strength <s>", "0: the photo's own expression, 1: the driver's, up to 1.5", numberBetween(0, 1.5), 1)
    .addOption(new Option("--head <what>", "the photo's head turns with the driver's, or stands still").choices(["follow", "still"]).default("follow"))
    .option("--head-strength <s>", "how much of the driver's turn it shows, up to 1.5; at most about 20° to a side, 14° up and down, 15° of tilt", numberBetween(0, 1.5), 1)
    .addOption(new Option("--gaze <what>", "the photo's eyes look where the driver's do, or where they look in the photo").choices(["follow", "photo"]).default("follow"))
    .addOption(new Option("--expression <how>", "absolute: the driver's expression; relative: half of the photo's own (its brows and lids whole), and how the driver's differs from its rest; calibrated: the driver's, less what its rest shows").choices(["absolute", "relative", "calibrated"]).default("relative"))
    .option("--neutral <when>", "the driver at rest, which head, gaze and expression count from: auto (looked for), or a time of the input", parseNeutral, "auto");
}

/** What {@link streamsOf} gives. */
type Streams = Partial<Pick<ResolvedOptions, "start" | "end" | "frameRate" | "soundTrack" | "audio">>;

/** What of the input is taken. @throws {ReenactError} USAGE for what contradicts itself */
function streamsOf({ ss: start, to, duration, map, framerate: frameRate, audio }: RenderFlags): Streams {
  if (to !== undefined && duration !== undefined) throw new ReenactError("USAGE", "Expected either an end (-to) or a duration (-t) but received both: leave one out.");
  return { start, end: duration === undefined ? to : (start ?? 0) + duration, frameRate, audio, ...readSoundMap(map) };
}

/** The flags as a job's settings. */
export function settingsOf(flags: RenderFlags): Omit<Partial<ResolvedOptions>, "input" | "photo" | "output" | "overwrite"> {
  const { f: format, view, strength, head, headStrength, gaze, expression, neutral, missing } = flags;
  const { face, maxSide, engine, landmarks, modelDir, weights, batch, encoder, crf, preset, cache } = flags;
  const settings = {
    ...streamsOf(flags), format, view, strength, head, headStrength, gaze, expression, neutral, missing,
    face, maxSide, engine, landmarks, modelDir, weights, batch, encoder, crf, preset, cache,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

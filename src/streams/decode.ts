import { rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { asReenactError } from "../as-reenact-error.js";
import { ReenactError } from "../errors.js";
import { throwIfAborted } from "./abort.js";
import { startChild } from "./child.js";
import { writeColourCube } from "./colour-cube.js";
import { decodeArguments, type Cut } from "./commands.js";
import { Decoder } from "./decoder.js";
import { onProcessExit } from "./exit-hooks.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import { temporaryFolder } from "./leftovers.js";
import type { FrameReader } from "./frame-reader.js";
import { fitWithin } from "./frame-size.js";
import { needsMapping } from "./screen-map.js";
import { MAPPER } from "./to-rgb.js";
import type { VideoInfo } from "./video-info.js";

/** How {@link openDecoder} decodes. */
export interface DecodeOptions extends Cut {
  /** Ends the decoder when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** What timestamps count from: the first frame, or the input's start. The latter are the same numbers wherever the cut is. Default "first". */
  readonly timesFrom?: "first" | "input";
  /** How many frames are read ahead of who pulls, at least 1; default 4. */
  readonly highWater?: number;
  /** Pictures with a longer side than this are scaled down to it, pixels. */
  readonly maxSide?: number | undefined;
  /** Saves about 3 ms a frame of 512×512 and makes colours about 1.3/255 darker: enough for a model to look at, not for a viewer. */
  readonly quick?: boolean;
  /**
   * Of as many seconds, counted from `start`, only the first picture is wanted, or, where that is dear to decode, one soon after it: the others cost
   * little then. What is damaged may give more.
   */
  readonly every?: number | undefined;
  /** Whether only pictures that are decoded without any other are wanted: the others cost next to nothing then. A codec that cannot tell gives all. */
  readonly keyFrames?: boolean | undefined;
  /** Whether its frames come when they happened: those of a file at its own pace, those of a live input without being collected. */
  readonly realtime?: boolean | undefined;
  /** Whether a live input's sound is kept, for `audioFile`; default yes. */
  readonly audio?: boolean | undefined;
  /** The programs to use; found by default. */
  readonly tools?: MediaTools | undefined;
}

/** What lies beside a decoder while it is open. */
export interface Beside {
  /** Where the sound of a live input goes. */
  readonly audioFile: string | undefined;
  /** The table that maps its colours. */
  readonly cube: string | undefined;
  /** Removes it. */
  readonly remove: () => Promise<void>;
}

/** A folder for what lies beside a decoder; undefined where nothing does. */
async function openBeside(info: VideoInfo, { ffmpeg }: MediaTools, audio: boolean): Promise<Beside | undefined> {
  const sound = audio && info.input.live && info.audio.length > 0, maps = needsMapping(info) && (await ffmpeg.filters()).has(MAPPER);
  if (!sound && !maps) return undefined;
  const folder = await temporaryFolder("decoder");
  const forget = onProcessExit(() => rmSync(folder, { recursive: true, force: true }));
  const cube = maps ? join(folder, "colours.cube") : undefined;
  const remove = async () => {
    forget();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (cube !== undefined) await writeColourCube(cube, info);
  } catch (error) {
    await remove();
    throw asReenactError(error);
  }
  return { audioFile: sound ? join(folder, "sound.nut") : undefined, cube, remove };
}

/** How far back a damaged input is entered anew at first, and from where on it is enough to have met any picture there, seconds. */
const BACK = 2, FAR_BACK = 60;

/**
 * Starts decoding `info`'s picture track to RGB: upright, square pixels, every frame once and with its exact time, from `start`
 * up to before `end` (seconds from the input's start). A frame that cannot be decoded shows the last one that can; where a cut begins with
 * damage, so much before it is decoded as well that what comes out is the same as in one go.
 * @throws {ReenactError} USAGE when the cut is empty, FFMPEG_MISSING, ABORTED.
 */
export async function openDecoder(info: VideoInfo, options: DecodeOptions = {}): Promise<FrameReader> {
  const { start = 0, end, signal } = options;
  if (!(start >= 0) || !(end === undefined || end > start)) {
    throw new ReenactError("USAGE", `Expected a cut that ends after it starts, from 0 on, but received ${start} s to ${end} s.`);
  }
  throwIfAborted(signal);
  const tools = options.tools ?? (await mediaTools());
  for (let back = 0; ; back = Math.max(BACK, 2 * back)) {
    const entry = Math.max(0, start - back), decoder = await startDecoder(info, options, tools, entry);
    if (entry === 0 || info.input.live || (await decoder.entered(back >= FAR_BACK))) return decoder;
    await decoder.close();
  }
}

/** @param entry where the decoding begins, seconds from the input's start */
async function startDecoder(info: VideoInfo, options: DecodeOptions, tools: MediaTools, entry: number): Promise<Decoder> {
  const { start = 0, end, signal, highWater = 4, timesFrom = "first", maxSide, quick = false, every, keyFrames = false, realtime = false, audio = true } = options, { ffmpeg } = tools;
  const { width, height } = fitWithin(info, maxSide);
  const beside = await openBeside(info, tools, audio);
  const args = decodeArguments({ ffmpeg, info, cut: { start: entry, end }, width, height, quick, every, keyFrames, realtime, cube: beside?.cube, audioFile: beside?.audioFile });
  try {
    const child = startChild(ffmpeg.path, args, { stdout: "pipe", env: ffmpeg.env, reader: true, signal });
    const further = (from: number) => openDecoder(info, { ...options, tools, start: from, end: undefined });
    return new Decoder(info, { start, end }, { width, height }, child, { highWater, timesFrom, tools, signal, further }, beside);
  } catch (error) {
    await beside?.remove();
    throw error;
  }
}

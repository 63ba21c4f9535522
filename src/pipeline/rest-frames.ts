import { ReenactError } from "../errors.js";
import type { Frame } from "../frame.js";
import { beginsAnywhere } from "../streams/commands.js";
import { openDecoder } from "../streams/decode.js";
import { keyFramesNear } from "../streams/key-frames.js";
import { toNumber } from "../streams/rational.js";
import type { VideoInfo } from "../streams/video-info.js";
import type { ResolvedOptions } from "./options.js";

/** Frames that are looked at, at most; they are decoded at most this large, pixels. */
const FRAMES = 24, SIDE = 640;
/** Pixels that are decoded for it, about: a second or so of one core. A stretch of fewer is decoded from end to end. */
const PIXELS = 1e9;
/** Otherwise it is entered at so many places, at most, for half as many pixels; so much after each is decoded at least, and so much for a frame at most, seconds. */
const PLACES = 20, LEAST = 0.4, APART = 0.5;
/** Of a stretch whose end nobody knows so much is looked at, seconds. */
const KNOWN = 40;
/** From how long before a time that is named, and until how long after it, frames are taken, seconds. */
const BEFORE = 0.1, AFTER = 0.3;
/** Parts of a stretch may be so much shorter, as a share: the times of frames are rounded. */
const NEARLY = 0.01;
const NOTHING: Promise<never[]> = Promise.resolve([]);
/** Places that are decoded before their frames are asked for. */
const AHEAD = 2;

/** Codecs whose decoders pass by whatever is no key frame. */
const PASSES_BY: ReadonlySet<string> = new Set(["h264", "hevc"]);

/** A part of a video, seconds from its start; without an end, to the video's. */
interface Part {
  readonly start: number;
  readonly end: number | undefined;
}

interface EndedPart extends Part {
  readonly end: number;
}

/**
 * Frames from which a driver's rest is found, `count` at most: some of those at a time that is named, else spread over the stretch that is asked
 * for. Which they are depends on the video, the stretch and the count alone.
 *
 * No long way from a key frame is decoded for a few frames at its end: what would take long from end to end is looked at behind key frames.
 *
 * @throws ReenactError as {@link openDecoder} does
 */
export async function* restFrames(info: VideoInfo, { start, end, neutral }: Pick<ResolvedOptions, "start" | "end" | "neutral">, signal?: AbortSignal, count = FRAMES): AsyncGenerator<Frame, void> {
  if (neutral !== "auto") return yield* spread(info, { start: Math.max(0, neutral - BEFORE), end: neutral + AFTER }, count, signal);
  const stop = Math.min(end ?? Infinity, info.duration ?? Infinity);
  if (stop === Infinity) return yield* spread(info, { start, end: start + KNOWN }, count, signal);
  const affordable = PIXELS / (info.width * info.height * toNumber(info.frameRate));
  if (stop - start <= affordable) return yield* spread(info, { start, end }, count, signal);
  const { places, few } = await placesIn(info, { start, end: stop }, count, affordable / 2, signal), each = Math.floor(count / places.length);
  if (few && each === 1 && PASSES_BY.has(info.codec)) return yield* keyFramesOf(info, places, signal);
  yield* inOrder(places, (place, over) => framesOf(info, place, each, over), signal);
}

/** Parts of a stretch, and whether it has hardly more key frames than these. */
interface Places {
  readonly places: readonly EndedPart[];
  readonly few: boolean;
}

/** Parts of a stretch that begin with key frames where these are known, for `frames` frames, of about `affordable` seconds together. */
async function placesIn(info: VideoInfo, { start, end }: EndedPart, frames: number, affordable: number, signal?: AbortSignal): Promise<Places> {
  const most = Math.min(PLACES, frames);
  const evenly = (parts: number) => Array.from({ length: parts }, (_, k) => start + ((k + 0.5) / parts) * (end - start));
  const keys = beginsAnywhere(info) ? [] : (await keyFramesNear(info, evenly(2 * most), { signal })).filter((time) => time >= start && time < end);
  if (keys.length === 0) return { places: evenly(most).map((time) => ({ start: time - LEAST / 2, end: time + LEAST / 2 })), few: false };
  const count = Math.min(most, keys.length), begins = Array.from({ length: count }, (_, k) => keys[Math.floor(((k + 0.5) / count) * keys.length)]);
  const length = Math.max(LEAST, Math.min(affordable, APART * frames) / count);
  const places = begins.map((begin, k) => ({ start: begin, end: Math.min(begin + length, begins[k + 1] ?? end) }));
  return { places, few: keys.length < 2 * most };
}

/** What `work` makes of each item, in order; of a few it is begun before it is asked for. */
async function* inOrder<T, R>(items: readonly T[], work: (item: T, signal: AbortSignal) => Promise<R[]>, signal?: AbortSignal): AsyncGenerator<R> {
  const over = new AbortController(), either = signal ? AbortSignal.any([signal, over.signal]) : over.signal, begun: Promise<R[]>[] = [];
  try {
    for (let k = 0; k < items.length; k++) {
      for (; begun.length < Math.min(k + 1 + AHEAD, items.length);) {
        const one = work(items[begun.length], either);
        one.catch(() => undefined); // whoever waits for it hears of it
        begun.push(one);
      }
      yield* await begun[k];
      begun[k] = NOTHING;
    }
  } finally {
    over.abort();
    await Promise.allSettled(begun);
  }
}

/** The key frames that parts begin with, in one pass: a decoder for each would take half a second of a core to start, for one picture. */
async function* keyFramesOf(info: VideoInfo, places: readonly EndedPart[], signal: AbortSignal | undefined): AsyncGenerator<Frame> {
  const left = [...places], { start } = places[0], { end } = places[places.length - 1];
  await using decoder = await openDecoder(info, { start, end, keyFrames: true, signal, quick: true, maxSide: SIDE, timesFrom: "input" });
  for await (const { repeats, ...frame } of decoder) {
    while (left.length > 0 && left[0].end <= frame.timestamp) left.shift();
    if (left.length === 0) return;
    if (repeats || frame.timestamp < left[0].start - NEARLY * (left[0].end - left[0].start)) continue;
    left.shift();
    yield frame;
  }
}

/** The frames of a part; none where it has no picture: their times may be far apart. */
async function framesOf(info: VideoInfo, part: Part, count: number, signal: AbortSignal): Promise<Frame[]> {
  const frames: Frame[] = [];
  try {
    for await (const frame of spread(info, part, count, signal)) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ReenactError && error.code === "INPUT_EMPTY")) throw error;
  }
  return frames;
}

/** At most `count` frames of a part, evenly spread over it. */
async function* spread(info: VideoInfo, { start, end }: Part, count: number, signal: AbortSignal | undefined): AsyncGenerator<Frame> {
  const length = Math.min(end ?? Infinity, info.duration ?? Infinity) - start, part = Math.max(0, length / count);
  // Where nearly all are wanted, all are decoded.
  const every = part * toNumber(info.frameRate) < 2 ? undefined : part;
  await using decoder = await openDecoder(info, { start, end, every, signal, quick: true, maxSide: SIDE, timesFrom: "input" });
  let taken = 0;
  for await (const { repeats, ...frame } of decoder) {
    // What could not be decoded says nothing new.
    if (repeats || frame.timestamp < start + (taken - NEARLY) * part) continue;
    yield frame;
    if (++taken === count) return;
  }
}

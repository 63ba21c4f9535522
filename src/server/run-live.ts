import { dirname } from "node:path";
import { concatMap, lastValueFrom, map, Subject, takeUntil, tap } from "rxjs";
import { told } from "../as-reenact-error.js";
import { percentile } from "../client/figures.js";
import { ReenactError } from "../errors.js";
import { RunningRest } from "../model/rig/running-rest.js";
import { StageClock, type Stage } from "../operators/stage-clock.js";
import { Closers } from "../pipeline/closers.js";
import { Models } from "../pipeline/models.js";
import { Notes } from "../pipeline/notes.js";
import { resolveOptions, type ReenactOptions, type ResolvedOptions } from "../pipeline/options.js";
import { ProgressMeter } from "../pipeline/progress-meter.js";
import type { ReenactHooks } from "../pipeline/reenact.js";
import { reenactLive } from "../pipeline/reenact-live.js";
import { restOf } from "../pipeline/render-frames.js";
import { openScene, type Scene } from "../pipeline/scene.js";
import { onAbort } from "../streams/abort.js";
import { evenSize, type Size } from "../streams/frame-size.js";
import { resolveLiveTarget, type LiveTarget } from "../streams/live-target.js";
import { openInput } from "../streams/media-input.js";
import { diskFullError, fullDiskOf } from "../streams/part-file.js";
import { toNumber } from "../streams/rational.js";
import { LiveSender } from "./live-sender.js";
import { NewestFrames } from "./newest-frames.js";
import { outputPicture } from "./output-picture.js";

/** A driver that plays now, a photo, and where its picture goes. */
export interface LiveRunOptions extends Omit<ReenactOptions, "audio" | "batch" | "format" | "encoder" | "crf" | "preset"> {
  readonly output: string;
  /** Pixels, even; default: the picture's own. */
  readonly size?: Size | undefined;
  /** Pictures a second; default: the driver's, up to 60. */
  readonly rate?: number | undefined;
  /** What is around the picture, as `#000` or `#1e90ff`; default black. */
  readonly background?: string | undefined;
  /** Whether pictures carry the word "synthetic"; default yes. */
  readonly mark?: boolean | undefined;
}

/** What a live run did. */
export interface LiveSummary extends Size {
  /** Where it went, without what may be secret in it. */
  readonly to: string;
  /** Pictures that were sent, at `rate` a second; most machines repeat some. */
  readonly pictures: number;
  readonly rate: number;
  /** Frames of the driver that came, that were shown, those of these with a face, and that were left out for newer ones. */
  readonly frames: { readonly came: number; readonly shown: number; readonly faces: number; readonly left: number };
  /** Seconds from the first picture to the last, and frames shown in each of them. */
  readonly seconds: number;
  readonly fps: number;
  /** Milliseconds from when a frame came to when its picture was ready; NaN where none was shown. */
  readonly delay: { readonly p50: number; readonly p95: number };
  readonly stages: Partial<Record<Stage, number>>;
  readonly engine: string;
  readonly landmarks: string;
  readonly notes: readonly string[];
}

/** Longer side of a photo, pixels, unless somebody says otherwise: that of `reenact serve`. */
const MAX_SIDE = 720;
/** Frames that are worked on at a time: one is painted while the face is looked for in the next. */
const IN_WORK = 2;
/** Pictures a second at most. */
const MOST_RATE = 60;
/** Delays of so many frames are remembered. */
const DELAYS = 1000;

/**
 * Reenacts a driver while it plays, without a browser: at its pace, the newest frame first, until it ends or `signal` is aborted, which is
 * its usual end and no error once pictures are sent. The output gets pictures at a constant rate, and no sound.
 *
 * @throws ReenactError with the code of whatever went wrong; a file that was begun stays, playable up to there
 */
export function runLive(given: LiveRunOptions, hooks: ReenactHooks = {}): Promise<LiveSummary> {
  return told(hooks.signal, async () => {
    const { size, rate, background = "#000000", mark = true, ...rest } = given, { signal, onNote } = hooks;
    const options = resolveOptions({ maxSide: MAX_SIDE, ...rest, audio: false }), notes = new Notes(onNote), closers = new Closers();
    await using models = new Models();
    try {
      const input = closers.add(await openInput(options.input, { frameRate: options.frameRate, signal }), (opened) => opened.close());
      const inputs = [input.path, typeof options.photo === "string" ? options.photo : undefined];
      const target = await resolveLiveTarget(options.output, { overwrite: options.overwrite, inputs });
      const scene = closers.add(await openScene(models, input, options, { signal, onNote: (note) => notes.tell(note), realtime: true }), (opened) => opened.close());
      if (scene.info.audio.length > 0) notes.tell("The driver's sound is left out: live pictures have none.");
      const look = {
        ...(size ?? evenSize(scene.painter)), background, mark,
        rate: rate ?? Math.max(1, Math.min(MOST_RATE, Math.round(toNumber(scene.info.frameRate)))),
      };
      return await send(scene, target, look, options, hooks, notes);
    } finally {
      await closers.close();
    }
  });
}

type Look = Size & { readonly background: string; readonly mark: boolean; readonly rate: number };

async function send(scene: Scene, target: LiveTarget, look: Look, options: ResolvedOptions, { signal, onProgress, onNote }: ReenactHooks, notes: Notes): Promise<LiveSummary> {
  const { sitter, painter, decoder, landmarks, engine } = scene, clock = new StageClock(), meter = new ProgressMeter(undefined, clock);
  const stop = new Subject<void>(), newest = new NewestFrames(decoder, IN_WORK), under = new Map<number, { readonly cameAt: number; face: boolean }>(), delays: number[] = [];
  const onBroken = (why: string) => void fullDiskOf(dirname(options.output)).then((full) => stop.error(full === undefined
    ? new ReenactError("ENCODE_FAILED", `Writing to \`${target.label}\` failed (${why}): choose another output.`) : diskFullError(target.label, full)));
  const rests = [restOf(scene), restOf(scene)] as const;
  let { neutral } = options;
  const log = { warn: () => undefined, error: () => undefined };
  let shown = 0, faces = 0;
  const sender = await LiveSender.open(target, look, await outputPicture(sitter.pixels, 0, look), { log, onNote: (note) => onNote?.(note), onBroken });
  const started = performance.now();
  let ended = started;
  const removeAbort = onAbort(signal, () => stop.next());
  try {
    if (!signal?.aborted) await lastValueFrom(newest.frames.pipe(
      tap(({ index }) => under.set(index, { cameAt: performance.now(), face: false })),
      map((frame) => ({ frame })),
      reenactLive({
        sitter, painter, landmarks, engine, clock, rests, look: () => options, missingDriver: options.missing === "driver",
        onTracked: ({ frame, crop }) => {
          under.get(frame.index)!.face = crop !== null;
          if (neutral === "auto" || frame.timestamp < neutral) return;
          neutral = "auto"; // it is taken once
          for (const rest of rests) if (rest instanceof RunningRest) rest.reset();
        },
      }),
      concatMap(async (frame) => {
        const picture = await clock.timeAsync("encode", () => outputPicture(frame, painter.beside ?? 0, look));
        painter.recycle?.(frame.data);
        sender.show(picture);
        const { cameAt, face } = under.get(frame.index)!;
        under.delete(frame.index);
        delays[shown++ % DELAYS] = performance.now() - cameAt;
        if (face) faces++;
        newest.done();
        onProgress?.(meter.mark(shown, frame.timestamp));
      }),
      takeUntil(stop),
    ), { defaultValue: undefined });
  } catch (error) {
    if (!signal?.aborted) throw error; // what was being read broke off because it was to
  } finally {
    removeAbort();
    ended = performance.now();
    await sender.close();
  }
  if (sender.left > 0) notes.tell(`${target.label} took pictures too slowly: ${sender.left} of them were left out.`);
  const seconds = (ended - started) / 1000, { width, height, rate } = look;
  return {
    to: target.label, width, height, rate, pictures: sender.sent, frames: { came: newest.read, shown, faces, left: newest.left }, seconds, fps: shown / seconds,
    delay: { p50: percentile(delays, 0.5), p95: percentile(delays, 0.95) }, stages: clock.perFrame(), engine: engine.name, landmarks: landmarks.name, notes: notes.all,
  };
}

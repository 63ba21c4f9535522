import { told } from "../as-reenact-error.js";
import { ReenactError } from "../errors.js";
import { openEngine } from "../model/engines/open-engine.js";
import { IdentityCache } from "../model/identity-cache.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import { loadWeights } from "../model/weights/load-weights.js";
import { StageClock } from "../operators/stage-clock.js";
import { openDecoder } from "../streams/decode.js";
import { openEncoder } from "../streams/encode.js";
import { mediaTools } from "../streams/ffmpeg-path.js";
import { openInput } from "../streams/media-input.js";
import { resolveOutput } from "../streams/output-target.js";
import { readPhoto } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";
import { Closers } from "./closers.js";
import { driverDecoding } from "./driver-decoding.js";
import { expectedFrames } from "./expected-frames.js";
import { findRest, needsRest } from "./find-rest.js";
import { resolveOptions, type ReenactOptions } from "./options.js";
import { createPainter } from "./painters.js";
import type { Progress, Summary } from "./progress.js";
import { ProgressMeter } from "./progress-meter.js";
import { prepareSitter } from "./sitter.js";
import { undecodedNotes } from "./undecoded-note.js";

/** What a job may be watched and ended with. */
export interface ReenactHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Sentences for the user, as they become known. */
  readonly onNote?: (note: string) => void;
}

/**
 * Makes the person on a photo show the expressions of the person in a video: every frame of the input becomes a frame of the output,
 * with its time and the input's sound. The output appears under its name only when it is complete.
 *
 * @throws ReenactError with the code of whatever went wrong; nothing is left behind then
 */
export function reenact(given: ReenactOptions, hooks: ReenactHooks = {}): Promise<Summary> {
  return told(hooks.signal, () => run(given, hooks));
}

async function run(given: ReenactOptions, { signal, onProgress, onNote }: ReenactHooks): Promise<Summary> {
  const options = resolveOptions(given);
  const started = performance.now();
  const closers = new Closers(), over = new AbortController();
  try {
    // What fails cheaply is tried first: nobody waits for models to learn that a file is not there.
    const input = closers.add(await openInput(options.input), (opened) => opened.close());
    await resolveOutput(options.output, { ...options, inputs: [input.path, typeof options.photo === "string" ? options.photo : undefined] });

    // What takes long begins at once and goes on side by side: the landmarks' thread, ffmpeg's lists, code, files.
    const { start, end } = options, either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const opening = closers.soon(openLandmarks({ kind: options.landmarks, modelDir: options.modelDir, blendshapes: false, signal: either }), (s) => s.close());
    const chain = closers.soon(import("./render-frames.js"), () => undefined);
    mediaTools().then(({ ffmpeg }) => ffmpeg.encoders()).catch(() => undefined); // whoever needs them hears of it
    const [info, photo, model] = await Promise.all([
      probeVideo(input, { signal, whole: end === undefined }), readPhoto(options.photo, { maxSide: options.maxSide }), loadWeights(options.weights),
    ]);
    for (const note of [...photo.notes, ...info.notes]) onNote?.(note);

    const starting = closers.soon(openEngine(model, options.engine), (opened) => opened.close());
    const identities = new IdentityCache(options.cache ? undefined : null);
    const preparing = opening.then((source) => prepareSitter(photo, options, { landmarks: source, model, engine: starting, identities }));
    // What comes once, or over a network, is not looked at beforehand.
    const resting = input.path === undefined || !needsRest(options) ? Promise.resolve(undefined)
      : preparing.then(async () => findRest(info, options, { landmarks: await opening, engine: await starting, signal: either }));
    resting.catch(() => undefined); // it is waited for below
    // A live driver is not kept waiting for what is not ready yet.
    const decoding = closers.soon(
      (input.live ? preparing : Promise.resolve()).then(() => openDecoder(info, { start, end, signal, ...driverDecoding(options) })), (opened) => opened.close(),
    );
    const [landmarks, engine, sitter, decoder, { renderFrames }, rest] = await Promise.all([opening, starting, preparing, decoding, chain, resting]);
    signal?.throwIfAborted();
    const painter = createPainter(options.view, sitter, decoder);
    const sink = closers.add(
      await openEncoder({
        output: options.output, format: options.format, width: painter.width, height: painter.height, overwrite: options.overwrite,
        source: { info, origin: await decoder.origin(), cut: { start, end }, audioFile: decoder.audioFile },
        audio: options.audio, crf: options.crf, preset: options.preset, signal,
      }),
      (opened) => opened.abort(), // does nothing once it is finished
    );
    for (const note of sink.notes) onNote?.(note);

    const clock = new StageClock();
    const meter = new ProgressMeter(expectedFrames(info, options), clock);
    let written = 0;
    const { frames, faces, undecoded } = await renderFrames({
      decoder, sink, painter, landmarks, engine, embedding: sitter.embedding, shown: sitter.rig.currentWeights, rest, clock, live: input.live,
      onFrame: ({ timestamp }) => onProgress?.(meter.mark(++written, timestamp)),
    }, options);
    if (faces === 0) {
      throw new ReenactError("NO_FACE_IN_VIDEO", `Expected a face in \`${input.label}\` but none was found in its ${frames} frames: use a video that shows one face from the front.`);
    }
    const summary = await sink.finish();
    const seconds = (performance.now() - started) / 1000;
    return {
      ...summary, notes: [...summary.notes, ...undecodedNotes(undecoded, frames, input.label)], faces, undecoded,
      width: painter.width, height: painter.height, seconds, fps: summary.frames / seconds,
      stages: clock.perFrame(), engine: engine.name, landmarks: landmarks.name,
    };
  } finally {
    over.abort();
    await closers.close();
  }
}

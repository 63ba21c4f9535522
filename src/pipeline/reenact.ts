import { told } from "../as-reenact-error.js";
import { ReenactError } from "../errors.js";
import { StageClock } from "../operators/stage-clock.js";
import { openEncoder } from "../streams/encode.js";
import { openInput } from "../streams/media-input.js";
import { resolveOutput } from "../streams/output-target.js";
import { Closers } from "./closers.js";
import { expectedFrames } from "./expected-frames.js";
import { Models } from "./models.js";
import { Notes } from "./notes.js";
import { resolveOptions, type ReenactOptions, type ResolvedOptions } from "./options.js";
import type { Progress, Summary } from "./progress.js";
import { ProgressMeter } from "./progress-meter.js";
import { openScene } from "./scene.js";
import { undecodedNotes } from "./undecoded-note.js";

/** What a job may be watched and ended with. */
export interface ReenactHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Sentences for the user, as they become known. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * Makes the person on a photo show the expressions of the person in a video: every frame of the input becomes a frame of the output,
 * with its time and the input's sound. The output appears under its name only when it is complete. For many jobs see `createReenactor`.
 *
 * @throws ReenactError with the code of whatever went wrong; nothing is left behind then
 */
export function reenact(options: ReenactOptions, hooks: ReenactHooks = {}): Promise<Summary> {
  return told(hooks.signal, async () => {
    const resolved = resolveOptions(options);
    await using models = new Models();
    return await makeVideo(models, resolved, hooks);
  });
}

/** {@link reenact} with models that stay their owner's. */
export async function makeVideo(models: Models, options: ResolvedOptions, { signal, onProgress, onNote }: ReenactHooks): Promise<Summary> {
  const started = performance.now(), closers = new Closers(), notes = new Notes(onNote);
  try {
    // What fails cheaply is tried first: nobody waits for models to learn that a file is not there.
    const input = closers.add(await openInput(options.input, { frameRate: options.frameRate, signal }), (opened) => opened.close());
    await resolveOutput(options.output, { ...options, inputs: [input.path, typeof options.photo === "string" ? options.photo : undefined] });

    const chain = closers.soon(import("./render-frames.js"), () => undefined);
    const scene = closers.add(await openScene(models, input, options, { signal, onNote: (note) => notes.tell(note) }), (opened) => opened.close());
    const { output, format, overwrite } = options;
    const sink = closers.add(
      await openEncoder({ output, format, overwrite, ...scene.encoding, signal }),
      (opened) => opened.abort(), // does nothing once it is finished
    );
    notes.tell(...sink.notes);

    const clock = new StageClock(), meter = new ProgressMeter(expectedFrames(scene.info, options), clock);
    let written = 0;
    const { renderFrames } = await chain;
    const { frames, faces, undecoded } = await renderFrames({
      ...scene, sink, clock, onFrame: ({ timestamp }) => onProgress?.(meter.mark(++written, timestamp)),
    }, options);
    if (faces === 0) {
      throw new ReenactError("NO_FACE_IN_VIDEO", `Expected a face in \`${input.label}\` but none was found in its ${frames} frames: use a video that shows one face from the front.`);
    }
    const summary = await sink.finish(), seconds = (performance.now() - started) / 1000;
    notes.tell(...summary.notes, ...undecodedNotes(undecoded, frames, input.label));
    return {
      ...summary, notes: notes.all, faces, undecoded, seconds, fps: summary.frames / seconds, stages: clock.perFrame(),
      engine: scene.engine.name, landmarks: scene.landmarks.name,
    };
  } finally {
    await closers.close();
  }
}

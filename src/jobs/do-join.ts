import { rm } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import type { Summary } from "../pipeline/progress.js";
import { segmentIndices } from "../pipeline/segment-grid.js";
import { undecodedNotes } from "../pipeline/undecoded-note.js";
import { chooseSound } from "../streams/choose-sound.js";
import type { EncodeSummary } from "../streams/frame-sink.js";
import { joinSegments, type JoinPart } from "../streams/join-segments.js";
import { sameRational } from "../streams/rational.js";
import { finishedFacts, type StoredFacts } from "./do-segments.js";
import { meanStages } from "./mean-stages.js";
import { segmentKeys, type JobSpec, type JoinUnit } from "./units.js";
import type { Workshop } from "./workshop.js";

/** Where a join goes. */
export interface JoinTarget {
  readonly output: string;
  readonly partName?: string | undefined;
  /** Whether what is there by then under its name may go. */
  readonly overwrite: boolean;
  /** Called when the output is complete and not yet there under its name. */
  readonly beforeNaming?: ((summary: Summary) => Promise<void>) | undefined;
}

/**
 * Joins a job's finished segments and puts the sound of its video beside them.
 * @throws {ReenactError} NO_FACE_IN_VIDEO; ENCODE_FAILED when segments do not fit together; INTERNAL when one is missing; as
 *   {@link joinSegments} and the storage do
 */
export async function doJoin({ spec }: JoinUnit, target: JoinTarget, workshop: Workshop, signal: AbortSignal): Promise<Summary> {
  const { storage, studio } = workshop, { start, end, audio } = spec.options;
  const all = await factsOf(spec, workshop);
  const shown = all.filter(({ frames }) => frames > 0);
  const sum = (of: (facts: StoredFacts) => number) => all.reduce((total, facts) => total + of(facts), 0);
  const frames = sum((facts) => facts.frames), seconds = sum((facts) => facts.seconds);
  if (frames > 0 && sum(({ faces }) => faces) === 0) {
    throw new ReenactError("NO_FACE_IN_VIDEO", `Expected a face in \`${spec.input.label}\` but none was found in its ${frames} frames: use a video that shows one face from the front.`);
  }
  const model = modelOf(shown, spec);
  const info = chooseSound(await studio.video(await workshop.pathOf(spec.input), spec.input.label), spec.options.soundTrack);
  const fetched: string[] = [];
  // Segments of an earlier version do not say.
  const undecoded = sum((facts) => facts.undecoded ?? 0);
  const notes = [...new Set([...info.notes, ...shown.flatMap((facts) => facts.notes)]), ...undecodedNotes(undecoded, frames, spec.input.label)];
  const complete = (encoded: EncodeSummary): Summary => ({
    ...encoded, notes: [...new Set([...notes, ...encoded.notes])], faces: sum(({ faces }) => faces), undecoded,
    seconds, fps: frames / seconds, stages: meanStages(shown), engine: model.engine, landmarks: model.landmarks,
  });
  try {
    const parts: JoinPart[] = [];
    for (const facts of shown) {
      const own = await workshop.scratchPath(".mp4");
      fetched.push(own);
      parts.push({ path: await storage.fetch(segmentKeys(spec, facts.index).pictures, own), first: facts.first, last: facts.last, frames: facts.frames });
    }
    const summary = await joinSegments({
      output: target.output, partName: target.partName, overwrite: target.overwrite, format: spec.format, parts,
      width: model.width, height: model.height, encoder: model.encoder, timeBase: model.timeBase,
      source: { info, cut: { start, end } }, audio, workFolder: workshop.scratch, signal,
      beforeNaming: async (encoded) => target.beforeNaming?.(complete(encoded)),
    });
    return complete(summary);
  } finally {
    await Promise.all(fetched.map((path) => rm(path, { force: true })));
  }
}

async function factsOf(spec: JobSpec, { storage }: Workshop): Promise<StoredFacts[]> {
  return Promise.all(segmentIndices(spec.grid).map(async (index) => {
    const facts = await finishedFacts(storage, spec, index);
    if (!facts) throw new ReenactError("INTERNAL", `Expected segment ${index} of \`${spec.input.label}\` in ${storage.label} but it is not there: run the same command again.`);
    return facts;
  }));
}

/** What all segments must agree on. */
function modelOf(shown: readonly StoredFacts[], { input }: JobSpec): StoredFacts {
  const [first] = shown;
  if (!first) throw new ReenactError("INPUT_EMPTY", `Expected at least one picture but \`${input.label}\` has none there.`);
  const fits = ({ encoder, timeBase, width, height }: StoredFacts) =>
    encoder === first.encoder && sameRational(timeBase, first.timeBase) && width === first.width && height === first.height;
  const odd = shown.find((facts) => !fits(facts));
  if (odd) {
    throw new ReenactError("ENCODE_FAILED", `Expected segments of one encoder but ${first.worker} has ${first.encoder} and ${odd.worker} has ${odd.encoder}: give all workers the same ffmpeg.`);
  }
  return first;
}

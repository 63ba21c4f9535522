import { rm } from "node:fs/promises";
import type { SegmentFacts } from "../pipeline/render-segment.js";
import { renderSegment } from "../pipeline/render-segment.js";
import { segmentKeys, type JobSpec, type SegmentUnit } from "./units.js";
import type { Storage } from "./storage.js";
import type { Workshop } from "./workshop.js";

/** {@link SegmentFacts} as they lie in the storage. */
export interface StoredFacts extends SegmentFacts {
  /** Of the file with its pictures. */
  readonly bytes: number;
  /** Who rendered it. */
  readonly worker: string;
}

/** What is known of a finished segment; undefined when it is not finished. */
export async function finishedFacts(storage: Storage, spec: JobSpec, index: number): Promise<StoredFacts | undefined> {
  const keys = segmentKeys(spec, index);
  const text = await storage.readText(keys.facts);
  if (text === undefined) return undefined;
  const facts = JSON.parse(text) as StoredFacts;
  return facts.frames === 0 || (await storage.size(keys.pictures)) === facts.bytes ? facts : undefined;
}

/** What is told while a segment is done. */
export interface SegmentHooks {
  /** Frames written so far. */
  readonly onFrame?: (frames: number) => void;
  /** All frames are with the encoder, and the models are free: another segment may begin while this one is put away. */
  readonly onRendered?: () => void;
}

/**
 * Renders a segment and puts it into the storage; nothing is done when it lies there already.
 * @throws {ReenactError} as {@link renderSegment}, opening models, and the storage do
 */
export async function doSegment({ spec, segment }: SegmentUnit, workshop: Workshop, signal: AbortSignal, hooks: SegmentHooks = {}): Promise<StoredFacts> {
  const { storage, studio, name: worker } = workshop;
  const done = await finishedFacts(storage, spec, segment.index);
  if (done) return done;
  const keys = segmentKeys(spec, segment.index), path = await workshop.scratchPath(".mp4");
  const [input, photo] = [await workshop.pathOf(spec.input), await workshop.pathOf(spec.photo)];
  const options = { ...spec.options, input, photo, output: path };
  try {
    const info = await studio.video(input, spec.input.label);
    const rendered = await studio.seat(photo, options, ({ sitter, engine, landmarks }) => {
      signal.throwIfAborted();
      return renderSegment({ info, segment, options, format: spec.format, sitter, landmarks, engine, path, signal, onFrame: hooks.onFrame });
    });
    hooks.onRendered?.();
    const facts = await rendered.finish();
    if (facts.frames > 0) await storage.put(keys.pictures, path);
    // What lies there may be somebody else's, of the same frames.
    const stored: StoredFacts = { ...facts, bytes: facts.frames > 0 ? ((await storage.size(keys.pictures)) ?? 0) : 0, worker };
    await storage.putText(keys.facts, JSON.stringify(stored));
    return stored;
  } finally {
    await rm(path, { force: true });
  }
}

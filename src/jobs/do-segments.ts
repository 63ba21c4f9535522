import { rm } from "node:fs/promises";
import { renderSegments } from "../pipeline/render-segments.js";
import { findDriver } from "../pipeline/find-driver.js";
import type { SegmentFacts, SegmentKeeper } from "../pipeline/segment-sink.js";
import type { Storage } from "./storage.js";
import { sharedDriver } from "./shared-driver.js";
import { segmentKeys, type JobSpec } from "./units.js";
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

/** What is told while segments are done. */
export interface SegmentHooks {
  /** Frames of a segment written so far, and mean milliseconds in each stage. */
  readonly onFrame?: SegmentKeeper["onFrame"];
  /** A segment lies in the storage. */
  readonly onFinished?: ((facts: StoredFacts) => void) | undefined;
  /** All frames are with the encoder, and the models are free: others may begin while the last segment is put away. */
  readonly onRendered?: (() => void) | undefined;
}

/**
 * Renders those of some segments that are not in the storage yet, and puts each there as soon as it is finished. Those that follow one
 * another are rendered in one go: a cut then costs little more than an encoder's start. Returns the facts of all.
 *
 * @param indices rising
 * @throws {ReenactError} as {@link renderSegments}, opening models, and the storage do
 */
export async function doSegments(spec: JobSpec, indices: readonly number[], workshop: Workshop, signal: AbortSignal, hooks: SegmentHooks = {}): Promise<StoredFacts[]> {
  const finished = new Map<number, StoredFacts>();
  const finish = (facts: StoredFacts) => {
    finished.set(facts.index, facts);
    hooks.onFinished?.(facts);
  };
  const missing: number[] = [];
  for (const index of indices) {
    const facts = await finishedFacts(workshop.storage, spec, index);
    if (facts) finish(facts);
    else missing.push(index);
  }
  const stretches = consecutive(missing);
  for (const stretch of stretches) {
    const isLast = stretch === stretches.at(-1);
    await renderStretch(spec, stretch, workshop, signal, { ...hooks, onFinished: finish, onRendered: isLast ? hooks.onRendered : undefined });
  }
  return indices.map((index) => finished.get(index)!);
}

/** Cuts rising numbers where one is left out. */
export function consecutive(indices: readonly number[]): number[][] {
  const stretches: number[][] = [];
  for (const index of indices) {
    const last = stretches.at(-1);
    if (last?.at(-1) === index - 1) last.push(index);
    else stretches.push([index]);
  }
  return stretches;
}

async function renderStretch(spec: JobSpec, stretch: readonly number[], workshop: Workshop, signal: AbortSignal, hooks: SegmentHooks): Promise<void> {
  const { storage, studio, name: worker } = workshop;
  const [input, photo] = [await workshop.pathOf(spec.input), await workshop.pathOf(spec.photo)];
  const paths = new Map<number, string>();
  const pathOf = async (index: number) => {
    const path = await workshop.scratchPath(".mp4");
    paths.set(index, path);
    return path;
  };
  const keep = async (facts: SegmentFacts) => {
    const keys = segmentKeys(spec, facts.index), path = paths.get(facts.index);
    if (path !== undefined) await storage.put(keys.pictures, path);
    // What lies there may be somebody else's, of the same frames.
    const stored: StoredFacts = { ...facts, bytes: path === undefined ? 0 : ((await storage.size(keys.pictures)) ?? 0), worker };
    await storage.putText(keys.facts, JSON.stringify(stored));
    if (path !== undefined) await rm(path, { force: true });
    hooks.onFinished?.(stored);
  };
  try {
    const info = await studio.video(input, spec.input.label), { options } = spec;
    await studio.seat(photo, options, async ({ sitter, engine, landmarks }) => {
      signal.throwIfAborted();
      const driver = await sharedDriver(spec, storage, () => findDriver(info, options, { landmarks, engine, signal }));
      await renderSegments({
        info, driver, grid: spec.grid, first: stretch[0], count: stretch.length, options, format: spec.format, sitter, landmarks, engine, signal, pathOf, keep,
        onFrame: hooks.onFrame, onRendered: hooks.onRendered,
      });
    }, signal);
  } finally {
    await Promise.all([...paths.values()].map((path) => rm(path, { force: true })));
  }
}

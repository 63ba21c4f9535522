import type { ResolvedOptions } from "../pipeline/options.js";
import type { SegmentGrid } from "../pipeline/segment-grid.js";
import type { JoinableFormat } from "../streams/segment-encoder.js";

/** A file that is read: by its path, or from the storage where it lies for those who do not see the path. */
export interface FileRef {
  /** For people: what they called it. */
  readonly label: string;
  /** A path, or a key of the storage. */
  readonly at: string;
  readonly stored: boolean;
}

/** What all units of a job have in common; can be sent as JSON. */
export interface JobSpec {
  /** Where its parts lie in the storage. It changes with everything they depend on. */
  readonly prefix: string;
  readonly input: FileRef;
  readonly photo: FileRef;
  readonly options: Omit<ResolvedOptions, "photo" | "input" | "output">;
  readonly format: JoinableFormat;
  readonly grid: SegmentGrid;
}

/** The work of rendering one segment: it can be done anywhere, any number of times, with the same result. */
export interface SegmentUnit {
  readonly spec: JobSpec;
  readonly index: number;
}

/** The work of joining a job's segments, once all are there. */
export interface JoinUnit {
  readonly spec: JobSpec;
}

/** Where a segment lies in the storage: its pictures, and what is known of it, which comes second: with it the segment is finished. */
export function segmentKeys({ prefix }: JobSpec, index: number): { readonly pictures: string; readonly facts: string } {
  const base = `${prefix}/segments/${String(index).padStart(5, "0")}`;
  return { pictures: `${base}.mp4`, facts: `${base}.json` };
}

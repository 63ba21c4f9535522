import { EXIT_CODES, ReenactError, type ErrorCode } from "../../errors.js";
import type { SegmentReport } from "../executor.js";
import type { JobSpec, JoinUnit, SegmentUnit } from "../units.js";

/** The queue in Redis: `bull:reenact:*`. */
export const QUEUE = "reenact";

/** What a unit of the queue holds. */
export type UnitData = SegmentUnit | JoinUnit;

/** What a segment's unit returns. */
export type SegmentReturn = SegmentReport;

/** The id of a job's join in the queue; it is the same after a coordinator began anew. */
export function joinId({ prefix }: JobSpec): string {
  return `${prefix.replaceAll("/", "-")}-join`;
}

/** The id of a segment in the queue. */
export function segmentId({ prefix }: JobSpec, index: number): string {
  return `${prefix.replaceAll("/", "-")}-${index}`;
}

/** Where a joined output lies in the storage until its coordinator fetches it. */
export function outputKey({ prefix, format }: JobSpec): string {
  return `${prefix}/output.${format}`;
}

/** BullMQ knows 1 as the most urgent and takes what has no priority first of all: joins. Ours rise, up to 1000. */
export function queuePriority(priority: number): number {
  return 1001 - priority;
}

/** An error as one line that passes through Redis. */
export function encodeError({ code, message }: ReenactError): string {
  return `${code}: ${message}`;
}

/** What {@link encodeError} made, as an error again; what another hand wrote is INTERNAL. */
export function decodeError(text: string): ReenactError {
  const match = /^([A-Z_]+): (.*)$/s.exec(text);
  if (match && Object.hasOwn(EXIT_CODES, match[1])) return new ReenactError(match[1] as ErrorCode, match[2]);
  return new ReenactError("INTERNAL", `Expected a worker to do its work but the queue says "${text}": look at the workers' output.`);
}

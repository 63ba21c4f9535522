import { randomBytes } from "node:crypto";
import { EXIT_CODES, ReenactError, type ErrorCode } from "../../errors.js";
import type { StoredFacts } from "../do-segments.js";
import type { SegmentReport } from "../executor.js";
import type { Storage } from "../storage.js";
import type { JobSpec, JoinUnit, SegmentUnit } from "../units.js";

/** Where a storage says which one it is. */
const STORAGE_ID = "storage-id";

/**
 * The name of the queue (`bull:NAME:*` in Redis) whose units lie in a storage: a worker sees no units whose files it does not see, whatever
 * the storage is called on its machine.
 * @throws {ReenactError} as the storage does
 */
export async function queueOf(storage: Storage): Promise<string> {
  // Some S3 servers replace what is there: a name that is known must stay.
  if ((await storage.readText(STORAGE_ID)) === undefined) await storage.putText(STORAGE_ID, randomBytes(6).toString("hex"));
  return `reenact-${(await storage.readText(STORAGE_ID)) ?? ""}`;
}

/** What a unit of the queue holds. */
export type UnitData = SegmentUnit | JoinUnit;

/** What a segment's unit returns. */
export type SegmentReturn = SegmentReport & Pick<StoredFacts, "stages">;

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

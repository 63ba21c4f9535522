import * as z from "zod";
import { ReenactError } from "../../errors.js";
import { SMALL } from "../../model/weights/load-weights.js";
import { OptionsSchema } from "../../pipeline/options.js";
import type { UnitData } from "./queue-names.js";

/** What a job's `prefix` and the keys of its files are made of: see `runJob` and `FileReferrer`. Nothing else is looked up in a storage. */
const ID = "[0-9a-f]{12}";
const Prefix = z.string().regex(new RegExp(`^${ID}/${ID}/${ID}$`), "no prefix of a batch");
const StoredKey = z.string().regex(new RegExp(`^${ID}/inputs/[0-9a-f]{64}(\\.[A-Za-z0-9_-]{1,16})?$`), "no key of a batch's file");

/** A path of the worker's machine: absolute, so that it is neither a URL nor a protocol of ffmpeg (`concat:`, `http://`). */
const LocalPath = z.string().max(4096).regex(/^(\/|[A-Za-z]:[\\/]|\\\\)[^\0]*$/, "no absolute path");

/** What is said of it goes to terminals and logs. */
const Label = z.string().max(4096).regex(/^\P{Cc}*$/u, "control characters");
/** No video is so long, seconds: four months. */
const LATEST = 1e7;
/** A day in segments of a second. */
const MOST_SEGMENTS = 86_400;

const Stored = z.strictObject({ label: Label, at: StoredKey, stored: z.literal(true) });
const Local = z.strictObject({ label: Label, at: LocalPath, stored: z.literal(false) });
const Options = OptionsSchema.omit({ input: true, photo: true, output: true });

function schemaOf(localFiles: boolean) {
  const file = localFiles ? z.union([Stored, Local]) : Stored;
  const path = localFiles ? LocalPath.optional() : z.undefined("names a path of this machine").optional();
  const spec = z.strictObject({
    prefix: Prefix, input: file, photo: file, options: Options.extend({ weights: z.union([z.literal(SMALL).optional(), path]), modelDir: path }), format: z.enum(["mp4", "mov", "mkv", "webm"]),
    grid: z.strictObject({
      start: z.number().min(0).max(LATEST), end: z.number().positive().max(LATEST).optional(), seconds: z.number().min(0.05).max(86_400),
      count: z.number().int().min(1).max(MOST_SEGMENTS),
    }),
  });
  return z.strictObject({ spec, index: z.number().int().min(0).optional() })
    .refine(({ spec: { grid }, index = 0 }) => index < grid.count, "an index beyond the last segment")
    .refine(({ spec: { prefix, input, photo } }) => [input, photo].every(({ at, stored }) => !stored || at.split("/")[0] === prefix.split("/")[0]), "another batch's file");
}

const SCHEMAS = { stored: schemaOf(false), local: schemaOf(true) };

/**
 * A unit as it came from a queue, whose Redis others may write to: only what a coordinator of this program would ask for.
 *
 * @param localFiles whether it may name files of this machine: weights, models, videos, photos
 * @throws {ReenactError} PROTOCOL
 */
export function checkUnit(data: unknown, localFiles: boolean): UnitData {
  const { success, data: unit, error } = SCHEMAS[localFiles ? "local" : "stored"].safeParse(data);
  if (success) return unit as UnitData;
  const [{ path, message }] = error.issues, where = path.join(".").slice(0, 60) || "it";
  const wantsFile = !localFiles && SCHEMAS.local.safeParse(data).success;
  const advice = wantsFile ? "start workers with --local-files where those who put work on the queue may read their files" : "look who else writes to this Redis";
  throw new ReenactError("PROTOCOL", `Expected a unit of reenact batch on the queue but \`${where}\` is not what it would ask for (${message.slice(0, 80)}): it is left alone; ${advice}.`);
}

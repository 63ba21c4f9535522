import * as z from "zod";
import { OptionsSchema } from "../pipeline/options.js";
import { readTime } from "../pipeline/read-time.js";

/** Seconds, or as ffmpeg writes times: `0:20`. */
const time = z.union([z.number().min(0), z.string().refine((text) => readTime(text) !== undefined, "expected a time such as 20 or 0:20")]);

/** What a job may set beside its files: everything that `reenact run` can be told. */
export const JobSettings = OptionsSchema.omit({ input: true, photo: true, output: true, overwrite: true }).partial().extend({
  /** Cut, from the input's start. */
  start: time.optional(),
  end: time.optional(),
  /** The driver's rest: found, or what it shows at this time. */
  neutral: z.union([z.literal("auto"), time]).optional(),
  /** Jobs with a higher one are begun first. */
  priority: z.number().int().min(0).max(1000).optional(),
});

const files = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** One entry of a jobs file: a job, or the product of several drivers and photos. */
export const JobEntry = JobSettings.extend({
  /** Videos: paths or patterns such as `clips/*.mp4`, relative to the jobs file; or one URL. */
  driver: files,
  /** Photos: paths or patterns. */
  photo: files,
  /** Where the output goes; names in braces stand for parts of the job: `out/{driver}-{photo}.mp4`. */
  output: z.string().min(1).optional(),
});

/** A jobs file (YAML or JSON). */
export const JobsFile = z.strictObject({
  /** Settings of all jobs that say nothing else. */
  defaults: JobSettings.optional(),
  /** The output of all jobs that name none. */
  output: z.string().min(1).optional(),
  jobs: z.array(JobEntry).min(1),
});

/** {@link JobEntry} as a value. */
export type JobEntry = z.input<typeof JobEntry>;

/** {@link JobsFile} as a value. */
export type JobsFile = z.input<typeof JobsFile>;

/** The schema of jobs files as JSON Schema, for editors. */
export function jobsFileSchema(): object {
  return z.toJSONSchema(JobsFile, { io: "input" });
}

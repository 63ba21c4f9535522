/** Seconds from ffmpeg's time syntax: `90`, `90.5s`, `500ms`, `1:30`, `00:01:30.5`; undefined for what is none. */
export function readTime(text: string): number | undefined {
  const unit = /^(\d+(?:\.\d+)?)(ms|us|s)?$/.exec(text);
  if (unit) return Number(unit[1]) * { s: 1, ms: 1e-3, us: 1e-6 }[(unit[2] ?? "s") as "s" | "ms" | "us"];
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text);
  return clock ? 3600 * Number(clock[1] ?? 0) + 60 * Number(clock[2]) + Number(clock[3]) : undefined;
}

/** m:ss or h:mm:ss. @param seconds 0 or more */
export function clock(seconds: number): string {
  const whole = Math.round(seconds), two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes for people, in powers of 1000: `0 B`, `84 kB`, `1.3 GB`. */
export function byteCount(bytes: number): string {
  let value = bytes, unit = 0;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit]}`;
}

/** Stage times for people: `decode 1.2 · encode 3.4`, milliseconds. */
export function stageTimes(stages: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(stages).flatMap(([stage, ms]) => (ms === undefined ? [] : [`${stage} ${ms.toFixed(1)}`])).join(" · ");
}

import { InvalidArgumentError } from "commander";
import { FRAME_RATE } from "../pipeline/options.js";
import { readTime } from "../pipeline/read-time.js";
import { isLiveTarget } from "../streams/live-target.js";

/** {@link readTime} for a command line. @throws InvalidArgumentError */
export function parseTime(text: string): number {
  const seconds = readTime(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError("Expected a time such as 12.5, 500ms, 1:30 or 00:01:30.5.");
}

/** {@link parseTime} for where a cut ends, which `reenact serve` has another meaning for. @throws InvalidArgumentError */
export function parseEnd(text: string): number {
  if (isLiveTarget(text)) throw new InvalidArgumentError(`Expected a time; what is written to comes last, without --to: reenact run … ${text}.`);
  return parseTime(text);
}

/** A number between the bounds. @returns a parser that throws InvalidArgumentError */
export function numberBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= low && value <= high) return value;
    throw new InvalidArgumentError(Number.isFinite(high) ? `Expected a number from ${low} to ${high}.` : `Expected a number of at least ${low}.`);
  };
}

/** A whole number between the bounds. @returns a parser that throws InvalidArgumentError */
export function integerBetween(low: number, high: number): (text: string) => number {
  const parse = numberBetween(low, high);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError("Expected a whole number.");
  };
}

/** An even number between the bounds, as video encoders want sizes. @returns a parser that throws InvalidArgumentError */
export function evenBetween(low: number, high: number): (text: string) => number {
  const parse = integerBetween(low, high);
  return (text) => {
    const value = parse(text);
    if (value % 2 === 0) return value;
    throw new InvalidArgumentError("Expected an even number.");
  };
}

/** Times above 0 in the syntax of {@link parseTime}, with commas between them. @throws InvalidArgumentError */
export function parseTimes(text: string): number[] {
  return text.split(",").map((part) => parsePositiveTime(part.trim()));
}

/** {@link parseTime} that refuses 0. @throws InvalidArgumentError */
export function parsePositiveTime(text: string): number {
  const value = parseTime(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("Expected a time above 0.");
}

/** `largest`, or a number from 1 on. @throws InvalidArgumentError */
export function parseFace(text: string): "largest" | number {
  if (text === "largest") return text;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected `largest` or a number from 1 on.");
}

/** `auto`, or a time in the syntax of {@link parseTime}. @throws InvalidArgumentError */
export function parseNeutral(text: string): "auto" | number {
  return text === "auto" ? text : parseTime(text);
}

/** `name=value`, both not empty. @throws InvalidArgumentError */
export function parseEntry(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new InvalidArgumentError("Expected a name, an equals sign and a value.");
}

/** A size such as `1280x720`: even numbers from 64 to 3840. @throws InvalidArgumentError */
export function parseSize(text: string): { width: number; height: number } {
  const [, width = 0, height = 0] = /^(\d+)x(\d+)$/.exec(text)?.map(Number) ?? [];
  const valid = [width, height].every((side) => side >= 64 && side <= 3840 && side % 2 === 0);
  if (valid) return { width, height };
  throw new InvalidArgumentError("Expected a size such as 1280x720: even numbers from 64 to 3840.");
}

/** A colour as `#rgb` or `#rrggbb`. @throws InvalidArgumentError */
export function parseColor(text: string): string {
  if (/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text)) return text;
  throw new InvalidArgumentError("Expected a colour such as #00b140.");
}

/** A frame rate as ffmpeg has them: `30`, `29.97`, `30000/1001`. @throws InvalidArgumentError */
export function parseFrameRate(text: string): string {
  if (FRAME_RATE.test(text)) return text;
  throw new InvalidArgumentError("Expected a frame rate such as 30 or 30000/1001.");
}

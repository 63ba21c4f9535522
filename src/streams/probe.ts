import { open } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import { throwIfAborted } from "./abort.js";
import { ChildError, startChild } from "./child.js";
import { mediaTools, type Ffmpeg, type MediaTools } from "./ffmpeg-path.js";
import { openInput, type MediaInput } from "./media-input.js";
import { matroskaMissingBytes } from "./matroska-completeness.js";
import { mp4Completeness } from "./mp4-completeness.js";
import { ENCRYPTED, ownColoursProfile, parseProbe, pictureTrack, probeSchema, type ProbeOutput } from "./probe-parse.js";
import { needsMapping } from "./screen-map.js";
import { colourNote } from "./to-rgb.js";
import type { VideoInfo } from "./video-info.js";

/** How {@link probeVideo} asks. */
export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  /** The programs to use; found by default. */
  readonly tools?: MediaTools | undefined;
  /** How long a network input may take to answer, milliseconds; default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Refuse a file that was cut off behind its index; otherwise what is there is used, with a note. */
  readonly whole?: boolean | undefined;
}

/** ffmpeg's error number of data that make no sense: the tag "INDA", negated. */
const INVALID_DATA = -0x41444e49;
/** ffmpeg's error number of a server's "404": the tag 0xF8 "404", negated. */
const HTTP_NOT_FOUND = -0x343034f8;

/** Runs ffprobe; its own report of an error comes as JSON too, so the exit code does not matter. */
async function runProbe(input: MediaInput, tools: MediaTools, signal: AbortSignal): Promise<{ output: ProbeOutput; stderr: string }> {
  const args = ["-v", "error", "-show_error", "-show_format", "-show_streams", "-of", "json", ...input.options, "-i", input.url];
  const child = startChild(tools.ffprobe.path, args, { stdout: "pipe", env: tools.ffprobe.env, reader: true, signal });
  const parts: Buffer[] = [];
  try {
    for await (const part of child.stdout ?? []) parts.push(part as Buffer);
  } catch {
    // Its stdout was closed because the signal ended it; done() says so.
  }
  let failure: unknown;
  await child.done().catch((error: unknown) => (failure = error));
  const text = Buffer.concat(parts).toString("utf8");
  if (text.trim() === "" || (failure !== undefined && !(failure instanceof ChildError))) throw failure ?? new Error("ffprobe printed nothing");
  return { output: probeSchema.parse(JSON.parse(text)), stderr: child.stderrTail() };
}

/** Facts about a local file that ffprobe does not tell apart; not every kind of file tells them. */
async function completeness(input: MediaInput) {
  if (input.path === undefined) return undefined;
  const file = await open(input.path, "r");
  try {
    const mp4 = await mp4Completeness(file);
    return mp4.isMp4 ? mp4 : { ...mp4, missingBytes: await matroskaMissingBytes(file) };
  } finally {
    await file.close();
  }
}

/**
 * Asks ffprobe about an input. Whoever asks closes `info.input` after use: the standard input and some network inputs lie on disk.
 * @param input an opened input, or what {@link openInput} takes.
 * @throws {ReenactError} INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_UNREADABLE (no video, no picture track, one that this ffmpeg does not read, cut off
 *   before its index, or behind it with `whole`, no answer), FFMPEG_MISSING, ABORTED.
 */
export async function probeVideo(input: MediaInput | string | URL, options: ProbeOptions = {}): Promise<VideoInfo> {
  throwIfAborted(options.signal);
  if (typeof input !== "string" && !(input instanceof URL)) return probeOpened(input, options);
  const opened = await openInput(input, options);
  try {
    return await probeOpened(opened, options);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function probeOpened(opened: MediaInput, options: ProbeOptions): Promise<VideoInfo> {
  const { signal, timeoutMs = 30_000 } = options;
  const tools = options.tools ?? (await mediaTools());
  const file = await completeness(opened);
  if (file?.isMp4 && !file.hasIndex) {
    throw new ReenactError("INPUT_UNREADABLE", `\`${opened.label}\` was cut off: its index (the moov box, written last) is missing, so nothing in it can be decoded; copy or record it again.`);
  }
  const missing = file?.missingBytes ?? 0;
  if (missing > 0 && options.whole) {
    throw new ReenactError("INPUT_UNREADABLE", `\`${opened.label}\` was cut off: ${missing} of its bytes are missing; copy or record it again, or use what is there by naming an end (-to).`);
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const { output, stderr } = await runProbe(opened, tools, either).catch((cause: unknown) => {
    throwIfAborted(signal);
    if (timeout.aborted) throw new ReenactError("INPUT_UNREADABLE", `\`${opened.label}\` did not answer within ${timeoutMs / 1000} s.`, { cause });
    throw unreadable(opened, "", cause);
  });
  if (output.error !== undefined) {
    const { code, string = `error ${code}` } = output.error;
    if (code === -2 || code === HTTP_NOT_FOUND) throw new ReenactError("INPUT_NOT_FOUND", `There is nothing at \`${opened.label}\` (${string}).`);
    const cause = new Error(stderr);
    if (opened.device) throw new ReenactError("INPUT_UNREADABLE", `\`${opened.label}\` gives no pictures (${string}): close the programs that use it, or check how it is named.`, { cause });
    // A network tells of itself: only what came can be damaged.
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(opened.url) && code !== INVALID_DATA) {
      throw new ReenactError("INPUT_UNREADABLE", `\`${opened.label}\` cannot be reached (${string}): check the address, and whether its server runs.`, { cause });
    }
    throw unreadable(opened, string, cause);
  }
  const notes = missing === 0 ? [] : [`\`${opened.label}\` was cut off (${missing} bytes are missing): only what is there is used.`];
  if (opened.timeless && !opened.options.includes("-framerate")) notes.push(`\`${opened.label}\` has no times of its own: its frames are shown 25 a second (-framerate names another rate).`);
  const subtitles = output.streams.filter(({ codec_type }) => codec_type === "subtitle").length;
  if (subtitles > 0) notes.push(`The subtitles of \`${opened.label}\` (${subtitles} ${subtitles === 1 ? "track" : "tracks"}) are left out.`);
  const dolby = ownColoursProfile(output);
  if (dolby !== undefined) notes.push(`\`${opened.label}\` is Dolby Vision of profile ${dolby}, whose colours are not read: it is taken in wrong colours; a copy in HDR10, HLG or SDR is read better.`);
  const info = parseProbe(output, opened, notes, file?.encrypted);
  if (info !== undefined) return told(await readable(info, tools.ffmpeg), tools.ffmpeg);
  const found = output.streams.map(({ codec_type = "unknown" }) => codec_type).join(" and ") || "nothing";
  const picture = pictureTrack(output.streams);
  if (picture) throw new ReenactError("INPUT_UNREADABLE", `\`${opened.label}\` has a picture track (${picture.codec_name ?? "of an unknown codec"}) but this ffmpeg cannot decode it: convert it to mp4 first.`);
  throw new ReenactError("INPUT_UNREADABLE", `Expected a video but \`${opened.label}\` holds ${found}: name a file with a picture track.`);
}

/** Codecs that every ffmpeg reads: it need not be asked. */
const EVERYWHERE = /^(h264|hevc|mpeg4|mpeg2video|vp8|vp9|mjpeg|png|gif|rawvideo|prores)$/;
/** What people call codecs that ffmpeg has no name for, by the tags of their tracks. */
const KNOWN_TAGS: Readonly<Record<string, string>> = { vvc1: "VVC (H.266)", vvi1: "VVC (H.266)", evc1: "EVC", av01: "AV1", hvc1: "HEVC (H.265)", hev1: "HEVC (H.265)", dvh1: "Dolby Vision", dvhe: "Dolby Vision" };

/** @throws {ReenactError} INPUT_UNREADABLE when its pictures are in a codec that this ffmpeg does not read, or encrypted */
async function readable(info: VideoInfo, ffmpeg: Ffmpeg): Promise<VideoInfo> {
  const { codec, codecTag, input: { label } } = info;
  if (codec === ENCRYPTED) throw new ReenactError("INPUT_UNREADABLE", `\`${label}\` is encrypted, which this ffmpeg does not read: name a copy of it without encryption.`);
  if (EVERYWHERE.test(codec) || (await ffmpeg.decodable()).has(codec)) return info;
  const name = KNOWN_TAGS[codecTag] ?? (codec === "unknown" ? `an unknown codec (${codecTag})` : codec.toUpperCase());
  throw new ReenactError("INPUT_UNREADABLE", `\`${label}\` is ${name}, which this ffmpeg (${ffmpeg.version}) does not read: convert it to H.264, or name an ffmpeg that reads it (FFMPEG_PATH).`);
}

/** The same, with a note where its colours are not a screen's own. */
async function told(info: VideoInfo, ffmpeg: Ffmpeg): Promise<VideoInfo> {
  if (!needsMapping(info)) return info;
  const note = colourNote(info, info.input.label, await ffmpeg.filters());
  return note === undefined ? info : { ...info, notes: [...info.notes, note] };
}

function unreadable(input: MediaInput, detail: string, cause: unknown): ReenactError {
  const why = detail === "" ? "" : ` (${detail})`;
  return new ReenactError("INPUT_UNREADABLE", `\`${input.label}\` is no video that ffmpeg can read${why}: it is damaged, cut off, or no video at all.`, { cause });
}

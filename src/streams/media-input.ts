import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ReenactError } from "../errors.js";
import { filePath, mediaPlace } from "../file-path.js";
import { captureDevice, type CaptureDevice } from "./capture-device.js";
import { mediaTools, type MediaTools } from "./ffmpeg-path.js";
import { downloadToFile, withAddress } from "./network-input.js";
import { spoolToFile, type Spool, type SpoolOptions } from "./spool.js";

/** A video to read, as ffmpeg is told to open it. */
export interface MediaInput extends AsyncDisposable {
  /** What a person calls it. */
  readonly label: string;
  /** What ffmpeg opens. */
  readonly url: string;
  /** ffmpeg's options before `-i`. */
  readonly options: readonly string[];
  /** The file's absolute path when it is one on this machine. */
  readonly path?: string;
  /** Whether it is a stream that plays only now: it cannot be opened twice at the same place, nor sought in. */
  readonly live: boolean;
  /** Whether it has no times of its own: its frames come at a rate that somebody names, or 25 a second. */
  readonly timeless?: boolean;
  /** Whether it is a camera, a screen or the like, which can be asked for a rate. */
  readonly device?: boolean;
  /** Removes what was put on disk for it, if anything; can be called again. */
  close(): Promise<void>;
}

/** What {@link openInput} may be told. */
export interface InputOptions extends SpoolOptions {
  /** What `-` reads; default the standard input. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** How long a network input may take to answer, milliseconds; default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** The programs that will read it; found by default. */
  readonly tools?: MediaTools | undefined;
  /** Frames a second of what has no times of its own, as ffmpeg takes it. */
  readonly frameRate?: string | undefined;
}

const LIVE = /^(rtsps?|rtmps?|rtmpt|udp|rtp|srt|tcp|mms[ht]?):/i;
/** At least two letters: `C:` is a drive. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
/** `%d`, `%05d`: a numbered sequence of pictures, which is no file itself. */
const SEQUENCE = /%0?\d*d/;

const nothingToClose = { close: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };

/**
 * @throws {ReenactError} INPUT_NOT_FOUND, INPUT_UNREADABLE (a directory, no permission), INPUT_EMPTY.
 */
async function fileInput(path: string, label: string): Promise<MediaInput> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") {
      throw new ReenactError("INPUT_NOT_FOUND", `There is no file \`${label}\`: check its name and the folder you are in.`, { cause });
    }
    throw new ReenactError("INPUT_UNREADABLE", `\`${label}\` cannot be opened (${cause.code ?? cause.message}).`, { cause });
  });
  if (found.isDirectory()) throw new ReenactError("INPUT_UNREADABLE", `Expected a video but \`${label}\` is a folder: name a file in it.`);
  await access(path, constants.R_OK).catch((cause: Error) => {
    throw new ReenactError("INPUT_UNREADABLE", `You have no permission to read \`${label}\`.`, { cause });
  });
  if (found.isFile() && found.size === 0) {
    throw new ReenactError("INPUT_EMPTY", `\`${label}\` is empty (0 bytes): it was probably never completely copied or recorded.`);
  }
  return { label, url: `file:${path}`, options: [], path, live: false, ...nothingToClose };
}

function spooled(label: string, { path, close }: Spool): MediaInput {
  return { label, url: `file:${path}`, options: [], path, live: false, close, [Symbol.asyncDispose]: close };
}

/** Its pictures come as they happen. @throws {ReenactError} INPUT_NOT_FOUND */
async function deviceInput({ format, name }: CaptureDevice, label: string): Promise<MediaInput> {
  if (format === "v4l2" && !(await stat(name).catch(() => undefined))) {
    throw new ReenactError("INPUT_NOT_FOUND", `There is no camera \`${name}\`: plug it in, or name one of \`ls /dev/video*\`.`);
  }
  return { label, url: name, options: ["-f", format], live: true, device: true, ...nothingToClose };
}

async function networkInput(url: string, options: InputOptions): Promise<MediaInput> {
  const { ffmpeg, ffprobe } = options.tools ?? (await mediaTools());
  const cannotLookUp = ffmpeg.isStatic || ffprobe.isStatic;
  if (cannotLookUp && /^https?:/i.test(url)) return spooled(url, await downloadToFile(url, options));
  // RTSP over UDP loses packets, and with them pictures.
  const transport = /^rtsps?:/i.test(url) ? ["-rtsp_transport", "tcp"] : [];
  return { label: url, url: cannotLookUp ? await withAddress(url) : url, options: transport, live: LIVE.test(url), ...nothingToClose };
}

/**
 * Turns what a user names (a file, a URL as text or `URL`, RTSP, a camera, a numbered sequence, `-` for the standard input) into what ffmpeg
 * can open.
 *
 * The standard input is first copied to a file in the temporary folder, which `close()` removes: a pipe can be read once and only
 * forwards, while probing, sound and many MP4 files need more than that. A pipe that never ends is therefore no input.
 * @throws {ReenactError} INPUT_NOT_FOUND, INPUT_UNREADABLE, INPUT_EMPTY, DISK_FULL, ABORTED; USAGE for a rate of what has its own times, or
 *   a `file:` URL of another machine.
 */
export async function openInput(given: string | URL, options: InputOptions = {}): Promise<MediaInput> {
  const input = mediaPlace(given, "input"), { frameRate } = options, opened = await open(input, options);
  if (frameRate === undefined) return opened;
  if (opened.timeless || (opened.device && !opened.options.includes("lavfi"))) return { ...opened, options: [...opened.options, "-framerate", frameRate] };
  await opened.close();
  throw new ReenactError("USAGE", `Expected a frame rate only for numbered pictures and cameras but \`${input}\` has times of its own, which every frame keeps: leave -r out.`);
}

async function open(input: string, options: InputOptions): Promise<MediaInput> {
  if (input === "-") {
    const spool = await spoolToFile(options.stdin ?? process.stdin, options);
    return spooled("standard input", spool);
  }
  if (input.startsWith("file:")) {
    const path = input.startsWith("file://") ? filePath(new URL(input), "input") : input.slice("file:".length);
    return fileInput(resolve(path), input);
  }
  // A name may hold a colon; a file that is there is meant.
  const device = (await stat(input).catch(() => undefined))?.isFile() ? undefined : captureDevice(input);
  if (device) return deviceInput(device, input);
  if (SCHEME.test(input) && !(await stat(input).catch(() => undefined))?.isFile()) {
    return networkInput(input, options);
  }
  if (SEQUENCE.test(input) && !(await stat(input).catch(() => undefined))) {
    return { label: input, url: resolve(input), options: [], live: false, timeless: true, ...nothingToClose };
  }
  return fileInput(resolve(input), input);
}

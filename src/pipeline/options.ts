import * as z from "zod";
import { filePath, mediaPlace, type FilePath } from "../file-path.js";
import { parseOptions } from "../parse-options.js";
import type { ExpressionMode } from "../model/rig/count-from-rest.js";
import { PRESETS, type Preset } from "../streams/video-encoders.js";

/** A frame rate above 0, as ffmpeg takes it. */
export const FRAME_RATE = /^(?!0+(\.0*)?(\/|$))\d{1,6}(\.\d{1,6})?(\/[1-9]\d{0,6})?$/;

/** {@link ReenactOptions} with every default filled in, and paths instead of `file:` URLs. The defaults are those of `reenact run`. */
export interface ResolvedOptions {
  /** A file, a URL, RTSP, a sequence such as `frame-%05d.png`, or `-` for the standard input. */
  readonly input: string;
  /** The photo (JPEG, PNG, WebP, AVIF, TIFF, GIF): a path, or a file's bytes. */
  readonly photo: string | Uint8Array;
  /** A file (mp4, mov, mkv, webm, gif), `frame-%05d.png`, or `-` for the standard output. */
  readonly output: string;
  /** Output format where the output's extension does not say it. */
  readonly format?: string | undefined;
  /** Whether an existing output may be replaced; default no. */
  readonly overwrite: boolean;
  /** Where the cut begins, seconds from the input's start, 0 or more; default 0. */
  readonly start: number;
  /** Where the cut ends, seconds from the input's start; default: the input's end. */
  readonly end?: number | undefined;
  /**
   * `composite` (default): the whole photo, alive; `face`: the aligned face alone, painted by the network as in the paper; `side-by-side`:
   * driver and composite.
   */
  readonly view: "composite" | "face" | "side-by-side";
  /** 0: the photo's own expression, 1 (default): the driver's, up to 1.5: more than the driver's. */
  readonly strength: number;
  /** Whether the photo's head turns with the driver's (default) or stands still. */
  readonly head: "follow" | "still";
  /** How much of the driver's turn the head shows, 0…1.5; default 1. It is limited to what one photo can show. */
  readonly headStrength: number;
  /** Whether the photo's eyes look where the driver's do (default), or where they look in the photo. */
  readonly gaze: "follow" | "photo";
  /**
   * How the driver's expression is put onto the photo: as it is, `relative` to its rest and added to the photo's own (default), or
   * `calibrated`: less what its rest shows.
   */
  readonly expression: ExpressionMode;
  /** The driver's rest, which head, gaze and expression count from: found over the clip (default), or what it shows at this time (seconds). */
  readonly neutral: "auto" | number;
  /** What is shown while no face is found in the driver: the last expression, an ease back to the photo's own (default), or the driver's frame. */
  readonly missing: "hold" | "ease" | "driver";
  /** Which face of the photo: the largest (default), or the n-th from the left, from 1. */
  readonly face: "largest" | number;
  /** What runs the network; `auto` (default) is ONNX, and tfjs where that does not load. */
  readonly engine: "auto" | "onnx" | "tfjs";
  /** What finds faces; `auto` (default) is MediaPipe where its model is on the machine, else FaceMesh. */
  readonly landmarks: "auto" | "mediapipe" | "facemesh";
  /** Folder where MediaPipe's model is looked for first. */
  readonly modelDir?: string | undefined;
  /** Folder of the network's weights, or "small" for the package's smaller network; default: those of its large one. */
  readonly weights?: string | undefined;
  /** Frames that go through the network together, 1…64; default 4. */
  readonly batch: number;
  /** Longer sides of the photo are scaled down to this, pixels, at least 64; default: they are not. */
  readonly maxSide?: number | undefined;
  /** Which of the driver's sound tracks goes into the output, from 0; default: the one that players choose. */
  readonly soundTrack?: number | undefined;
  /** Frames a second of a numbered sequence of pictures, which has no times of its own: `30`, `30000/1001`; default 25. */
  readonly frameRate?: string | undefined;
  /** ffmpeg's name of the encoder, of those that the format takes: `libx264`, `libvpx-vp9`, …; default: the best that is there. */
  readonly encoder?: string | undefined;
  /** Quality, 0…63, lower is better; default 18 for H.264, 28 for VP9. */
  readonly crf?: number | undefined;
  /** H.264's speed against size; default `veryfast`. */
  readonly preset?: Preset | undefined;
  /** Whether the input's sound goes into the output; default yes. */
  readonly audio: boolean;
  /** Whether the photo's identity embedding (numbers, not the photo) is kept on disk for the next time; default yes. */
  readonly cache: boolean;
}

/** Options that name files or folders, which may be `file:` URLs too. */
type Places = "input" | "photo" | "output" | "modelDir" | "weights";

/** What a person asks for: one video onto one photo. Every option but the three files has a default. */
export interface ReenactOptions extends Partial<Undefinable<Omit<ResolvedOptions, Places>>> {
  /** A file, a URL (http, https, RTSP, …), a sequence such as `frame-%05d.png`, or `-` for the standard input. */
  readonly input: string | URL;
  /** The photo (JPEG, PNG, WebP, AVIF, TIFF, GIF): a path, a `file:` URL, or a file's bytes. */
  readonly photo: FilePath | Uint8Array;
  /** A file (mp4, mov, mkv, webm, gif), `frame-%05d.png`, or `-` for the standard output. */
  readonly output: FilePath;
  /** Folder where MediaPipe's model is looked for first. */
  readonly modelDir?: FilePath | undefined;
  /** Folder of the network's weights, or "small" for the package's smaller network; default: those of its large one. */
  readonly weights?: FilePath | undefined;
}

type Undefinable<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The same for values that nobody has checked: what {@link resolveOptions}, jobs files and queues go by. */
export const OptionsSchema = z.strictObject({
  input: z.string(),
  photo: z.union([z.string(), z.instanceof(Uint8Array)]),
  output: z.string(),
  format: z.string().optional(),
  overwrite: z.boolean().default(false),
  start: z.number().min(0).default(0),
  end: z.number().positive().optional(),
  view: z.enum(["composite", "face", "side-by-side"]).default("composite"),
  strength: z.number().min(0).max(1.5).default(1),
  head: z.enum(["follow", "still"]).default("follow"),
  headStrength: z.number().min(0).max(1.5).default(1),
  gaze: z.enum(["follow", "photo"]).default("follow"),
  expression: z.enum(["absolute", "relative", "calibrated"]).default("relative"),
  neutral: z.union([z.literal("auto"), z.number().min(0)]).default("auto"),
  missing: z.enum(["hold", "ease", "driver"]).default("ease"),
  face: z.union([z.literal("largest"), z.number().int().min(1)]).default("largest"),
  engine: z.enum(["auto", "onnx", "tfjs"]).default("auto"),
  landmarks: z.enum(["auto", "mediapipe", "facemesh"]).default("auto"),
  modelDir: z.string().optional(),
  weights: z.string().optional(),
  batch: z.number().int().min(1).max(64).default(4),
  maxSide: z.number().int().min(64).optional(),
  soundTrack: z.number().int().min(0).optional(),
  frameRate: z.string().regex(FRAME_RATE, "expected a frame rate such as 30 or 30000/1001").optional(),
  encoder: z.string().optional(),
  crf: z.number().min(0).max(63).optional(),
  preset: z.enum(PRESETS).optional(),
  audio: z.boolean().default(true),
  cache: z.boolean().default(true),
} satisfies { [K in keyof Required<ResolvedOptions>]: z.ZodType<ResolvedOptions[K]> });

/**
 * What a caller asks for, checked, with every default filled in.
 * @throws ReenactError USAGE: an option that is not known, out of its range or of another type
 */
export function resolveOptions(given: ReenactOptions): ResolvedOptions {
  return parseOptions(OptionsSchema, withPaths(given));
}

/** Paths for `file:` URLs. */
function withPaths(given: ReenactOptions): unknown {
  if (typeof given !== "object" || given === null) return given;
  const named = Object.entries(given).map(([name, value]: [string, unknown]) => {
    if (!(value instanceof URL)) return [name, value];
    return [name, name === "input" ? mediaPlace(value, name) : filePath(value, name)];
  });
  return Object.fromEntries(named);
}

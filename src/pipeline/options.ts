import * as z from "zod";
import { PRESETS } from "../streams/video-encoders.js";

/** What a person asks for: one video onto one photo. Defaults are those of `reenact run`. */
export const ReenactOptions = z.strictObject({
  /** A file, a URL, RTSP, or `-` for the standard input. */
  input: z.string(),
  /** The photo: a path, or a file's bytes. */
  photo: z.union([z.string(), z.instanceof(Uint8Array)]),
  /** A file, `frame-%05d.png`, or `-` for the standard output. */
  output: z.string(),
  /** Output format when the extension does not say it. */
  format: z.string().optional(),
  /** Whether an existing output may be replaced. */
  overwrite: z.boolean().default(false),
  /** Cut, seconds from the input's start. */
  start: z.number().min(0).default(0),
  end: z.number().positive().optional(),
  /** `composite`: the whole photo, alive; `face`: the aligned face alone, painted by the network as in the paper; `side-by-side`: driver and composite. */
  view: z.enum(["composite", "face", "side-by-side"]).default("composite"),
  /** 0: the photo's own expression, 1: the driver's, up to 1.5: more than the driver's. */
  strength: z.number().min(0).max(1.5).default(1),
  /** Whether the photo's head turns with the driver's. */
  head: z.enum(["follow", "still"]).default("follow"),
  /** How much of the driver's turn the head shows; it is limited to what one photo can show. */
  headStrength: z.number().min(0).max(1.5).default(1),
  /** Whether the photo's eyes look where the driver's do. */
  gaze: z.enum(["follow", "photo"]).default("follow"),
  /** How the driver's expression is put onto the photo: see {@link ExpressionMode}. */
  expression: z.enum(["absolute", "relative", "calibrated"]).default("relative"),
  /** The driver's rest, which head, gaze and expression count from: found over the clip, or what it shows at this time (seconds). */
  neutral: z.union([z.literal("auto"), z.number().min(0)]).default("auto"),
  /** What is shown while no face is found in the driver. */
  missing: z.enum(["hold", "ease", "driver"]).default("ease"),
  /** Which face of the photo: the largest, or the n-th from the left, from 1. */
  face: z.union([z.literal("largest"), z.number().int().min(1)]).default("largest"),
  engine: z.enum(["auto", "onnx", "tfjs"]).default("auto"),
  landmarks: z.enum(["auto", "mediapipe", "facemesh"]).default("auto"),
  /** Where MediaPipe's model is looked for first. */
  modelDir: z.string().optional(),
  /** Folder of the network's weights; default: those of the package. */
  weights: z.string().optional(),
  /** Frames that go through the network together. */
  batch: z.number().int().min(1).max(64).default(4),
  /** Longer sides of the photo are scaled down to this, pixels. */
  maxSide: z.number().int().min(64).optional(),
  crf: z.number().min(0).max(63).optional(),
  preset: z.enum(PRESETS).optional(),
  audio: z.boolean().default(true),
  /** Whether the photo's identity embedding is kept on disk for the next time. */
  cache: z.boolean().default(true),
});

/** {@link ReenactOptions} as a caller gives them. */
export type ReenactOptions = z.input<typeof ReenactOptions>;

/** {@link ReenactOptions} with every default filled in. */
export type ResolvedOptions = z.output<typeof ReenactOptions>;

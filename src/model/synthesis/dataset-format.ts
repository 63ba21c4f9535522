import { z } from "zod";

/**
 * A synthesised dataset is a folder of raw little-endian arrays beside `dataset.json`:
 *
 * | file | type | shape | what |
 * |---|---|---|---|
 * | faces.u8.bin | uint8 | [samples, 96, 96, 3] | RGB, cropped where the photo's crop lies |
 * | landmarks.f32.bin | float32 | [samples, 468, 2] | crop pixels, pixel centres at .5 |
 * | samples.i32.bin | int32 | [samples, 2] | photo, pool entry |
 * | pool.f32.bin | float32 | [pool, 51 + 6] | expression weights, then the soft label |
 * | identity.u8.bin | uint8 | [photos, 96, 96, 3] | expression-free map H, black outside the face |
 * | originals.u8.bin | uint8 | [photos, 96, 96, 3] | the photo itself, aligned |
 * | originalLandmarks.f32.bin | float32 | [photos, 468, 2] | its landmarks |
 * | oldWeights.f32.bin | float32 | [photos, 51] | the expression it shows |
 * | landmarkShading.f32.bin | float32 | [51, 468] | how each weight shades the skin at each landmark, log luminance |
 *
 * Every entry of the pool is worn by many people, so the ground truth of "A with the expression of B" is exact. Entry 0 is neutral, and
 * every photo's first sample wears it.
 *
 * A dataset with frames of videos, the sources that are real, has {@link FRAME_FILES} too. What a frame shows is an entry of the pool after
 * those that were drawn, with a label of zeros, as nobody knows which of the six it is; photos of the frame's half wear it.
 */
export const DATASET_FILES = {
  faces: "faces.u8.bin",
  landmarks: "landmarks.f32.bin",
  samples: "samples.i32.bin",
  pool: "pool.f32.bin",
  identity: "identity.u8.bin",
  originals: "originals.u8.bin",
  originalLandmarks: "originalLandmarks.f32.bin",
  oldWeights: "oldWeights.f32.bin",
  landmarkShading: "landmarkShading.f32.bin",
} as const;

/**
 * | file | type | shape | what |
 * |---|---|---|---|
 * | frames.u8.bin | uint8 | [frames, 96, 96, 3] | RGB, registered as a driver's frames are |
 * | frameLandmarks.f32.bin | float32 | [frames, 468, 2] | crop pixels, pixel centres at .5 |
 * | frames.i32.bin | int32 | [frames, 3] | pool entry, person, split (0 train, 1 test) |
 */
export const FRAME_FILES = { frames: "frames.u8.bin", frameLandmarks: "frameLandmarks.f32.bin", frameKeys: "frames.i32.bin" } as const;

/** The halves, as frames.i32.bin counts them. */
export const SPLITS = ["train", "test"] as const;

/** The description beside the arrays; it is written last. */
export const DATASET_JSON = "dataset.json";

/** The synthesis as it is: 1 moved faces by the basis' weights as they are, 2 as far as MediaPipe then measures what was asked for. */
export const SYNTHESIS = 2;

/** Numbers of one crop's landmarks. */
export const LANDMARK_VALUES = 468 * 2;

const photoSchema = z.object({
  /** Relative to the folder of photos. */
  file: z.string(),
  set: z.string(),
  /** Photos with the same value show the same person. */
  person: z.string(),
  split: z.enum(["train", "test"]),
  /** How often trainers should draw it, relative to others; > 0. */
  weight: z.number().positive(),
  /** What the photo itself shows, where it is known: "neutral" or one of `basic`. */
  expression: z.string().optional(),
  firstSample: z.number().int().min(0),
  sampleCount: z.number().int().min(1),
});

/** What `dataset.json` holds. */
export const datasetSchema = z.object({
  version: z.literal(2),
  cropSize: z.literal(96),
  seed: z.number(),
  basisSha256: z.string(),
  /** The synthesis that rendered it ({@link SYNTHESIS}); a weight of 1 looks different in each, so their figures are not compared. */
  synthesis: z.number().int().min(1).default(1),
  /** Names of the soft label's entries. */
  basic: z.array(z.string()).length(6),
  /** Names of the weights. */
  blendshapes: z.array(z.string()).length(51),
  photos: z.array(photoSchema).min(1),
  /** Entries of the pool. */
  pool: z.number().int().min(1),
  /** Frames of videos, their people, and how many entries of the pool were drawn: the others are what the frames show. */
  frames: z.object({ count: z.number().int().min(1), people: z.array(z.string()).min(1), drawn: z.number().int().min(1) }).optional(),
});

/** The description of a dataset. */
export type DatasetInfo = z.infer<typeof datasetSchema>;

/** One photo of a dataset. */
export type DatasetPhoto = z.infer<typeof photoSchema>;

/** Half of a dataset: people are in one of them only. */
export type Split = DatasetPhoto["split"];

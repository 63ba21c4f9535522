import { z } from "zod";

const vertex = z.number().int().min(0).max(467);
const shape = (...sizes: number[]) => z.tuple(sizes.map((size) => z.literal(size)) as [z.ZodLiteral<number>, ...z.ZodLiteral<number>[]]);
const teeth = z.object({
  extent_cm: z.object({ x: z.tuple([z.number(), z.number()]), y: z.tuple([z.number(), z.number()]) }),
  pixels_per_cm: z.number().positive(),
});

/** What is read of a face basis' `manifest.json`. */
export const manifestSchema = z.object({
  version: z.literal(1),
  files: z.object({
    "canonical-vertices.f32.bin": z.object({ shape: shape(468, 3) }),
    "canonical-uv.f32.bin": z.object({ shape: shape(468, 2) }),
    "triangles.u16.bin": z.object({ shape: z.tuple([z.number().int().positive(), z.literal(3)]), skin: z.number().int().positive() }),
    "deltas.f32.bin": z.object({ shape: z.tuple([z.number().int().positive(), z.literal(468), z.literal(3)]) }),
    "shading.i8.bin": z.object({ shape: z.tuple([z.number().int().positive(), z.literal(128), z.literal(128)]), scale: z.number().positive() }),
    "teeth-upper.png": teeth,
    "teeth-lower.png": teeth,
  }),
  blendshapes: z.array(z.string()).length(51),
  gain: z.record(z.string(), z.number().positive()),
  lowerTeethDelta_cm: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])),
  neutral_bias: z.record(z.string(), z.number().min(0).max(0.99)),
});

const lidPair = (pairs: number) => z.object({ upper: z.array(vertex).length(pairs), lower: z.array(vertex).length(pairs) });

/** What is read of a face basis' `rings.json`: upper and lower run from the same corner, entry i of one facing entry i of the other. */
export const ringsSchema = z.object({
  lipsInner: lidPair(11),
  eyeLeft: lidPair(9),
  eyeRight: lidPair(9),
  faceOval: z.array(vertex).length(36),
  rigidFitWeights: z.array(z.number().min(0)).length(468),
});

/** What is read of a face basis' `expressions.json`: weights at full strength by blendshape, for each basic expression. */
export const expressionsSchema = z.object({
  order: z.array(z.string()).length(6),
  expressions: z.record(z.string(), z.object({ weights: z.record(z.string(), z.number().min(0).max(1)) })),
});

import sharp from "sharp";
import type { z } from "zod";
import type { expressionsSchema, manifestSchema, ringsSchema } from "./basis-schema.js";
import { SHADING_SIZE, VERTEX_COUNT, type ExpressionBasis, type TeethSprite } from "./expression-basis.js";
import { lidShares } from "./lid-openness.js";
import { geodesicDistances, meshGraph } from "./mesh-geodesics.js";
import { openingOf, type Rims } from "./opening.js";
import { responsesOf } from "./response.js";
import { squareLowerLip } from "./square-lower-lip.js";

/** A face basis as it is stored, whatever the files; of the right sizes, otherwise not checked. */
export interface BasisParts {
  readonly manifest: z.infer<typeof manifestSchema>;
  readonly rings: z.infer<typeof ringsSchema>;
  readonly expressions: z.infer<typeof expressionsSchema>;
  /** [468, 3] cm */
  readonly vertices: Float32Array;
  /** [468, 2] 0…1, v up */
  readonly uv: Float32Array;
  /** [triangles, 3] */
  readonly triangles: Uint16Array;
  /** [51, 468, 3] cm before the gains */
  readonly deltas: Float32Array;
  /** [51, 128, 128] in units of the manifest's scale, before the gains */
  readonly shading: Int8Array;
  /** PNG files. */
  readonly teeth: { readonly upper: Uint8Array; readonly lower: Uint8Array };
  /** SHA-256 of what was read, hexadecimal. */
  readonly sha256: string;
}

/** The skin goes with a corner of the mouth as exp(−(d / reach)²), cm. */
const CORNER_REACH = 1.3;

/** Which part of a stored basis is wrong. */
export type BasisPart = "manifest.json" | "expressions.json" | "triangles.u16.bin" | "teeth-upper.png" | "teeth-lower.png";

/**
 * Checks a stored basis and prepares what every synthesis shares.
 *
 * @param fail throws the error for a part that is wrong
 */
export async function buildBasis(
  parts: BasisParts, fail: (part: BasisPart, problem: string, cause?: unknown) => never,
): Promise<ExpressionBasis> {
  const { manifest, rings, expressions: named } = parts;
  const { blendshapes } = manifest;
  const triangles = manifest.files["triangles.u16.bin"], shadingScale = manifest.files["shading.i8.bin"].scale;
  if (triangles.skin > triangles.shape[0]) fail("manifest.json", `names ${triangles.skin} skin triangles of ${triangles.shape[0]}`);
  if (parts.triangles.some((vertex) => vertex >= VERTEX_COUNT)) fail("triangles.u16.bin", `names a vertex beyond ${VERTEX_COUNT - 1}`);

  const vertices = Float64Array.from(parts.vertices), deltas = parts.deltas.slice(), shading = new Float32Array(parts.shading.length);
  blendshapes.forEach((name, k) => {
    const gain = manifest.gain[name] ?? fail("manifest.json", `has no gain for ${name}`);
    for (let i = k * VERTEX_COUNT * 3; i < (k + 1) * VERTEX_COUNT * 3; i++) deltas[i] *= gain;
    const texels = SHADING_SIZE * SHADING_SIZE;
    for (let i = k * texels; i < (k + 1) * texels; i++) shading[i] = parts.shading[i] * shadingScale * Math.sqrt(gain);
  });

  for (const [name, side] of [["mouthLowerDownLeft", 1], ["mouthLowerDownRight", -1]] as const) {
    const k = blendshapes.indexOf(name);
    squareLowerLip(deltas.subarray(k * VERTEX_COUNT * 3, (k + 1) * VERTEX_COUNT * 3), vertices, side);
  }

  const sprite = async (side: "upper" | "lower"): Promise<TeethSprite> => {
    const file = `teeth-${side}.png` as const, { extent_cm, pixels_per_cm } = manifest.files[file];
    try {
      const { data, info: { width, height } } = await sharp(parts.teeth[side]).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      return { data: Float32Array.from(data), width, height, left: extent_cm.x[0], top: extent_cm.y[1], pixelsPerCm: pixels_per_cm };
    } catch (cause) {
      return fail(file, "is no picture", cause);
    }
  };
  const skin = parts.triangles.slice(0, triangles.skin * 3);
  const graph = meshGraph(vertices, skin);
  const lid = (rims: Rims) => openingOf(graph, rims, { sigma: 0.5, limit: 1.2 }, 0.85);
  return {
    blendshapes,
    vertices,
    texels: Float64Array.from(parts.uv, (value, i) => (i % 2 ? 1 - value : value) * SHADING_SIZE - 0.5),
    skin,
    deltas,
    shading,
    neutralBias: Float64Array.from(blendshapes, (name) => manifest.neutral_bias[name] ?? 0),
    rigidFitWeights: Float64Array.from(rings.rigidFitWeights),
    lips: openingOf(graph, rings.lipsInner, { sigma: 0.9, limit: 3 }, 0.5),
    corners: [rings.lipsInner.upper[0], rings.lipsInner.upper[rings.lipsInner.upper.length - 1]].map((vertex) =>
      ({ vertex, spread: geodesicDistances(graph, [vertex]).map((d) => Math.exp(-((d / CORNER_REACH) ** 2))) })),
    eyes: [lid(rings.eyeRight), lid(rings.eyeLeft)],
    faceOval: rings.faceOval,
    silhouetteDamping: geodesicDistances(graph, rings.faceOval).map((d) => 0.5 * Math.exp(-((d / 1.5) ** 2))),
    responses: responsesOf(blendshapes),
    jawOpen: blendshapes.indexOf("jawOpen"),
    mouthClose: blendshapes.indexOf("mouthClose"),
    mouthFunnel: blendshapes.indexOf("mouthFunnel"),
    mouthPucker: blendshapes.indexOf("mouthPucker"),
    lidShares: lidShares(blendshapes),
    lowerTeeth: Float64Array.from(blendshapes.flatMap((name) => manifest.lowerTeethDelta_cm[name] ?? [0, 0, 0])),
    teeth: { upper: await sprite("upper"), lower: await sprite("lower") },
    basic: named.order,
    basicWeights: named.order.map((name) => {
      const weights = named.expressions[name]?.weights ?? fail("expressions.json", `describes no ${name}`);
      const stranger = Object.keys(weights).find((key) => !blendshapes.includes(key));
      if (stranger !== undefined) fail("expressions.json", `weighs ${stranger}, which the manifest does not name`);
      return Float32Array.from(blendshapes, (key) => weights[key] ?? 0);
    }),
    sha256: parts.sha256,
  };
}

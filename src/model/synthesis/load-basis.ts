import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { z } from "zod";
import { ReenactError } from "../../errors.js";
import { expressionsSchema, manifestSchema, ringsSchema } from "./basis-schema.js";
import { SHADING_SIZE, VERTEX_COUNT, type ExpressionBasis, type TeethSprite } from "./expression-basis.js";
import { geodesicDistances, meshGraph } from "./mesh-geodesics.js";
import { openingOf, type Rims } from "./opening.js";

const FILES = [
  "manifest.json", "rings.json", "expressions.json", "canonical-vertices.f32.bin", "canonical-uv.f32.bin", "triangles.u16.bin",
  "deltas.f32.bin", "shading.i8.bin", "teeth-upper.png", "teeth-lower.png",
] as const;
type BasisFile = (typeof FILES)[number];

/**
 * Reads a face basis (the folder's `manifest.json` describes it), checks it and prepares what every synthesis shares.
 *
 * @throws ReenactError DATA_INVALID when a file is missing, has the wrong size or contents
 */
export async function loadBasis(dir: string): Promise<ExpressionBasis> {
  const files = new Map<BasisFile, Buffer>();
  const hash = createHash("sha256");
  for (const name of FILES) {
    const bytes = await readFile(join(dir, name)).catch((cause: unknown) => {
      throw new ReenactError("DATA_INVALID", `Expected a face basis in ${dir}, but ${name} cannot be read; point --basis at the folder that has it.`, { cause });
    });
    files.set(name, bytes);
    hash.update(name).update(bytes);
  }
  const folder = new BasisFolder(dir, files);

  const manifest = folder.json("manifest.json", manifestSchema);
  const rings = folder.json("rings.json", ringsSchema);
  const named = folder.json("expressions.json", expressionsSchema);
  const { blendshapes } = manifest, count = blendshapes.length;
  const triangles = manifest.files["triangles.u16.bin"], shadingScale = manifest.files["shading.i8.bin"].scale;

  const vertices = Float64Array.from(folder.floats("canonical-vertices.f32.bin", VERTEX_COUNT * 3));
  const uv = folder.floats("canonical-uv.f32.bin", VERTEX_COUNT * 2);
  const deltas = folder.floats("deltas.f32.bin", count * VERTEX_COUNT * 3);
  const levels = new Int8Array(folder.bytes("shading.i8.bin", count * SHADING_SIZE * SHADING_SIZE));
  const shading = new Float32Array(levels.length);
  const indices = new Uint16Array(folder.bytes("triangles.u16.bin", triangles.shape[0] * 6));
  if (triangles.skin > triangles.shape[0]) folder.fail("manifest.json", `names ${triangles.skin} skin triangles of ${triangles.shape[0]}`);
  if (indices.some((vertex) => vertex >= VERTEX_COUNT)) folder.fail("triangles.u16.bin", `names a vertex beyond ${VERTEX_COUNT - 1}`);

  blendshapes.forEach((name, k) => {
    const gain = manifest.gain[name] ?? folder.fail("manifest.json", `has no gain for ${name}`);
    for (let i = k * VERTEX_COUNT * 3; i < (k + 1) * VERTEX_COUNT * 3; i++) deltas[i] *= gain;
    const texels = SHADING_SIZE * SHADING_SIZE;
    for (let i = k * texels; i < (k + 1) * texels; i++) shading[i] = levels[i] * shadingScale * Math.sqrt(gain);
  });

  const skin = indices.slice(0, triangles.skin * 3);
  const graph = meshGraph(vertices, skin);
  const lid = (rims: Rims) => openingOf(graph, rims, { sigma: 0.5, limit: 1.2 }, 0.85);
  return {
    blendshapes,
    vertices,
    texels: Float64Array.from(uv, (value, i) => (i % 2 ? 1 - value : value) * SHADING_SIZE - 0.5),
    skin,
    deltas,
    shading,
    neutralBias: Float64Array.from(blendshapes, (name) => manifest.neutral_bias[name] ?? 0),
    rigidFitWeights: Float64Array.from(rings.rigidFitWeights),
    lips: openingOf(graph, rings.lipsInner, { sigma: 0.9, limit: 3 }, 0.5),
    eyes: [lid(rings.eyeRight), lid(rings.eyeLeft)],
    faceOval: rings.faceOval,
    silhouetteDamping: geodesicDistances(graph, rings.faceOval).map((d) => 0.5 * Math.exp(-((d / 1.5) ** 2))),
    lowerTeeth: Float64Array.from(blendshapes.flatMap((name) => manifest.lowerTeethDelta_cm[name] ?? [0, 0, 0])),
    teeth: {
      upper: await folder.sprite("teeth-upper.png", manifest.files["teeth-upper.png"]),
      lower: await folder.sprite("teeth-lower.png", manifest.files["teeth-lower.png"]),
    },
    basic: named.order,
    basicWeights: named.order.map((name) => {
      const weights = named.expressions[name]?.weights ?? folder.fail("expressions.json", `describes no ${name}`);
      const stranger = Object.keys(weights).find((key) => !blendshapes.includes(key));
      if (stranger !== undefined) folder.fail("expressions.json", `weighs ${stranger}, which the manifest does not name`);
      return Float32Array.from(blendshapes, (key) => weights[key] ?? 0);
    }),
    sha256: hash.digest("hex"),
  };
}

/** The files of a basis in memory, read with checks. */
class BasisFolder {
  constructor(private readonly dir: string, private readonly files: ReadonlyMap<BasisFile, Buffer>) {}

  fail(name: BasisFile, problem: string, cause?: unknown): never {
    throw new ReenactError("DATA_INVALID", `Expected a valid face basis in ${this.dir}, but ${name} ${problem}; fetch the basis again.`, { cause });
  }

  json<T>(name: BasisFile, schema: z.ZodType<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(this.files.get(name)!.toString("utf8"));
    } catch (cause) {
      this.fail(name, "is no JSON", cause);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return this.fail(name, `is wrong at ${issue.path.join(".") || "its top"} (${issue.message})`, parsed.error);
  }

  /** A copy of a file's bytes, at offset 0 of its own buffer so that typed arrays can lie over it. */
  bytes(name: BasisFile, expected: number): ArrayBuffer {
    const bytes = this.files.get(name)!;
    if (bytes.length !== expected) this.fail(name, `has ${bytes.length} bytes instead of ${expected}`);
    return Uint8Array.from(bytes).buffer;
  }

  floats(name: BasisFile, expected: number): Float32Array {
    const values = new Float32Array(this.bytes(name, expected * 4));
    if (!values.every(Number.isFinite)) this.fail(name, "holds values that are not finite");
    return values;
  }

  async sprite(
    name: "teeth-upper.png" | "teeth-lower.png",
    { extent_cm, pixels_per_cm }: z.infer<typeof manifestSchema>["files"]["teeth-upper.png"],
  ): Promise<TeethSprite> {
    try {
      const { data, info } = await sharp(this.files.get(name)!).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      const { width, height } = info;
      return { data: Float32Array.from(data), width, height, left: extent_cm.x[0], top: extent_cm.y[1], pixelsPerCm: pixels_per_cm };
    } catch (cause) {
      return this.fail(name, "is no picture", cause);
    }
  }
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { ReenactError } from "../../errors.js";
import { expressionsSchema, manifestSchema, ringsSchema } from "./basis-schema.js";
import { buildBasis, type BasisParts } from "./build-basis.js";
import { SHADING_SIZE, VERTEX_COUNT, type ExpressionBasis } from "./expression-basis.js";

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
  return buildBasis(await readBasisFolder(dir), (name, problem, cause) => wrong(dir, name, problem, cause));
}

/**
 * The files of a face basis in memory.
 *
 * @throws ReenactError DATA_INVALID when a file is missing, has the wrong size or is not what its name says
 */
export async function readBasisFolder(dir: string): Promise<BasisParts> {
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
  const manifest = folder.json("manifest.json", manifestSchema), count = manifest.blendshapes.length;
  return {
    manifest,
    rings: folder.json("rings.json", ringsSchema),
    expressions: folder.json("expressions.json", expressionsSchema),
    vertices: folder.floats("canonical-vertices.f32.bin", VERTEX_COUNT * 3),
    uv: folder.floats("canonical-uv.f32.bin", VERTEX_COUNT * 2),
    triangles: new Uint16Array(folder.bytes("triangles.u16.bin", manifest.files["triangles.u16.bin"].shape[0] * 6)),
    deltas: folder.floats("deltas.f32.bin", count * VERTEX_COUNT * 3),
    shading: new Int8Array(folder.bytes("shading.i8.bin", count * SHADING_SIZE * SHADING_SIZE)),
    teeth: { upper: files.get("teeth-upper.png")!, lower: files.get("teeth-lower.png")! },
    sha256: hash.digest("hex"),
  };
}

function wrong(dir: string, name: BasisFile, problem: string, cause?: unknown): never {
  throw new ReenactError("DATA_INVALID", `Expected a valid face basis in ${dir}, but ${name} ${problem}; fetch the basis again.`, { cause });
}

/** The files of a basis in memory, read with checks. */
class BasisFolder {
  constructor(private readonly dir: string, private readonly files: ReadonlyMap<BasisFile, Buffer>) {}

  json<T>(name: BasisFile, schema: z.ZodType<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(this.files.get(name)!.toString("utf8"));
    } catch (cause) {
      wrong(this.dir, name, "is no JSON", cause);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return wrong(this.dir, name, `is wrong at ${issue.path.join(".") || "its top"} (${issue.message})`, parsed.error);
  }

  /** A copy of a file's bytes, at offset 0 of its own buffer so that typed arrays can lie over it. */
  bytes(name: BasisFile, expected: number): ArrayBuffer {
    const bytes = this.files.get(name)!;
    if (bytes.length !== expected) wrong(this.dir, name, `has ${bytes.length} bytes instead of ${expected}`);
    return Uint8Array.from(bytes).buffer;
  }

  floats(name: BasisFile, expected: number): Float32Array {
    const values = new Float32Array(this.bytes(name, expected * 4));
    if (!values.every(Number.isFinite)) wrong(this.dir, name, "holds values that are not finite");
    return values;
  }
}

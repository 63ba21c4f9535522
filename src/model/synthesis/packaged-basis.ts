import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Float16Array } from "@petamoriken/float16";
import { z } from "zod";
import { ReenactError } from "../../errors.js";
import { parseSafetensors, widen, writeSafetensors, type RawTensor } from "../weights/safetensors.js";
import { expressionsSchema, manifestSchema, ringsSchema } from "./basis-schema.js";
import { buildBasis, type BasisParts } from "./build-basis.js";
import { SHADING_SIZE, VERTEX_COUNT, type ExpressionBasis } from "./expression-basis.js";

/** What the file's `__metadata__` holds as JSON under "basis". */
const descriptionSchema = z.object({ manifest: manifestSchema, rings: ringsSchema, expressions: expressionsSchema });

/** The face basis that comes with the package. */
export function packagedBasisPath(): string {
  return fileURLToPath(new URL("../../../weights/face-basis.safetensors", import.meta.url));
}

/**
 * Packs a basis into one safetensors file: displacements in half precision (off by at most two hundredths of a millimetre), the teeth as
 * PNG, everything else as it is, names and rings in the header.
 */
export function packBasis({ manifest, rings, expressions, ...parts }: BasisParts): Uint8Array {
  const tensor = (type: RawTensor["type"], shape: readonly number[], { buffer, byteOffset, byteLength }: NodeJS.TypedArray): RawTensor =>
    ({ type, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) });
  const count = manifest.blendshapes.length;
  return writeSafetensors(new Map([
    ["vertices", tensor("F32", [VERTEX_COUNT, 3], parts.vertices)],
    ["uv", tensor("F32", [VERTEX_COUNT, 2], parts.uv)],
    ["deltas", tensor("F16", [count, VERTEX_COUNT, 3], new Uint16Array(new Float16Array(parts.deltas).buffer))],
    ["triangles", tensor("U16", [parts.triangles.length / 3, 3], parts.triangles)],
    ["shading", tensor("I8", [count, SHADING_SIZE, SHADING_SIZE], parts.shading)],
    ["teeth.upper", tensor("U8", [parts.teeth.upper.length], parts.teeth.upper)],
    ["teeth.lower", tensor("U8", [parts.teeth.lower.length], parts.teeth.lower)],
  ]), { basis: JSON.stringify({ manifest, rings, expressions }) });
}

/**
 * Reads the face basis that comes with the package, or another file that {@link packBasis} made; takes about 0.2 s.
 *
 * @throws ReenactError MODEL_MISSING when the file is not there, MODEL_CORRUPT when it is damaged
 */
export async function loadPackagedBasis(path: string = packagedBasisPath()): Promise<ExpressionBasis> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new ReenactError("MODEL_MISSING", `Expected the face basis at ${path} but it cannot be read; install the package again.`, { cause });
  });
  const damaged = (problem: string, cause?: unknown): never => {
    throw new ReenactError("MODEL_CORRUPT", `Expected an intact face basis at ${path}, but ${problem}; install the package again.`, { cause });
  };
  const { tensors, metadata } = parseSafetensors(file);
  const { manifest, rings, expressions } = parseDescription(metadata.basis, (cause) => damaged("its description is wrong", cause));
  const bytes = (name: string, type: RawTensor["type"], ...shape: number[]): ArrayBuffer => {
    const found = tensors.get(name);
    if (found?.type !== type || (shape.length > 0 && found.shape.join() !== shape.join())) damaged(`its ${name} are not ${type} ${shape.join("×")}`);
    return new Uint8Array(found!.bytes).buffer; // a copy, aligned
  };
  const count = manifest.blendshapes.length;
  return buildBasis({
    manifest, rings, expressions,
    vertices: new Float32Array(bytes("vertices", "F32", VERTEX_COUNT, 3)),
    uv: new Float32Array(bytes("uv", "F32", VERTEX_COUNT, 2)),
    deltas: widen(new Uint16Array(bytes("deltas", "F16", count, VERTEX_COUNT, 3))),
    triangles: new Uint16Array(bytes("triangles", "U16", ...manifest.files["triangles.u16.bin"].shape)),
    shading: new Int8Array(bytes("shading", "I8", count, SHADING_SIZE, SHADING_SIZE)),
    teeth: { upper: new Uint8Array(bytes("teeth.upper", "U8")), lower: new Uint8Array(bytes("teeth.lower", "U8")) },
    sha256: createHash("sha256").update(file).digest("hex"),
  }, (part, problem, cause) => damaged(`its ${part} ${problem}`, cause));
}

function parseDescription(text: string | undefined, fail: (cause: unknown) => never): z.infer<typeof descriptionSchema> {
  try {
    return descriptionSchema.parse(JSON.parse(text ?? ""));
  } catch (cause) {
    return fail(cause);
  }
}

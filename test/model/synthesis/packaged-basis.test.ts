import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { loadPackagedBasis, packagedBasisPath } from "../../../src/model/synthesis/packaged-basis.js";
import { BASIS, without } from "./fixtures.js";

describe("loadPackagedBasis", () => {
  it("reads the basis that comes with the package", async () => {
    const basis = await loadPackagedBasis();
    assert.equal(basis.blendshapes.length, 51);
    assert.equal(basis.deltas.length, 51 * 468 * 3);
    assert.ok(basis.deltas.every(Number.isFinite) && basis.shading.every(Number.isFinite));
    assert.ok(basis.teeth.upper.width > 100);
    const jaw = basis.blendshapes.indexOf("jawOpen");
    assert.ok(basis.deltas[(jaw * 468 + 152) * 3 + 1] < -1.5, "the jaw takes the chin down");
  });

  it("is the folder's basis but for the rounding of displacements", { skip: without(BASIS) }, async () => {
    const packed = await loadPackagedBasis(), folder = await loadBasis(BASIS);
    assert.ok(packed.deltas.every((delta, i) => Math.abs(delta - folder.deltas[i]) < 2e-3), "2 hundredths of a millimetre");
    const others = (basis: ExpressionBasis) => ({ ...basis, deltas: 0, sha256: "", lowerTeeth: basis.lowerTeeth.map((v) => v + 0) }); // JSON has no −0
    assert.deepEqual(others(packed), others(folder));
  });

  it("says what is wrong with its file", async (t) => {
    const dir = await mkdtemp(join(tmpdir(), "basis-"));
    t.after(() => rm(dir, { recursive: true }));
    const path = join(dir, "face-basis.safetensors");
    await assert.rejects(loadPackagedBasis(path), { code: "MODEL_MISSING" });
    const whole = await readFile(packagedBasisPath());
    const broken = async (bytes: Uint8Array, message: RegExp) => {
      await writeFile(path, bytes);
      await assert.rejects(loadPackagedBasis(path), { code: "MODEL_CORRUPT", message });
    };
    await broken(whole.subarray(0, whole.length - 1), /damaged entry/);
    const renamed = (from: string, to: string) => Buffer.from(whole.toString("latin1").replace(from, to), "latin1");
    await broken(renamed('"shading":{', '"shaping":{'), /shading are not I8/);
    await broken(renamed('\\"version\\":1', '\\"version\\":2'), /description/);
    await broken(renamed('"deltas":{"dtype":"F16","shape":[51,468,3]', '"deltas":{"dtype":"F16","shape":[51,3,468]'), /deltas are not F16 51×468×3/);
  });
});

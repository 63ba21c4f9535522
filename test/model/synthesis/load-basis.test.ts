import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { weightsFromScores, weightVector } from "../../../src/model/synthesis/expression-basis.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { BASIS, without } from "./fixtures.js";

describe("loadBasis", { skip: without(BASIS) }, () => {
  it("reads shapes, gains and rings", async () => {
    const basis = await loadBasis(BASIS);
    assert.equal(basis.blendshapes.length, 51);
    assert.equal(basis.skin.length, 852 * 3);
    assert.deepEqual(basis.basic, ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]);
    assert.match(basis.sha256, /^[0-9a-f]{64}$/);
    // The jaw takes the chin (152) down and the mouth's corners hardly.
    const jaw = basis.blendshapes.indexOf("jawOpen");
    assert.ok(basis.deltas[(jaw * 468 + 152) * 3 + 1] < -1.5);
    // browDown's gain of 1.6 is on the deltas.
    const raw = new Float32Array((await readFile(join(BASIS, "deltas.f32.bin"))).buffer.slice(0));
    assert.equal(raw.length * 4, (await readFile(join(BASIS, "deltas.f32.bin"))).length);
    assert.ok(Math.abs(basis.deltas[105 * 3 + 1] - 1.6 * raw[105 * 3 + 1]) < 1e-6);
    assert.equal(basis.lips.upperSpread.length, 9 * 468);
    assert.ok(basis.silhouetteDamping[152] === 0.5 && basis.silhouetteDamping[4] < 0.01);
  });

  it("takes the neutral bias off the scores", async () => {
    const basis = await loadBasis(BASIS);
    const squint = basis.blendshapes.indexOf("eyeSquintLeft");
    const bias = basis.neutralBias[squint];
    assert.equal(weightsFromScores(basis, { eyeSquintLeft: bias / 2 })[squint], 0);
    assert.equal(weightsFromScores(basis, { eyeSquintLeft: 1 })[squint], 1);
    assert.equal(weightVector(basis, { eyeSquintLeft: 0.25, _neutral: 1 })[squint], 0.25);
  });

  it("says what is wrong with a basis", async (t) => {
    const dir = await mkdtemp(join(tmpdir(), "basis-"));
    t.after(() => rm(dir, { recursive: true }));
    const broken = async (file: string, change: (bytes: Buffer) => Buffer | string): Promise<string> => {
      await cp(BASIS, dir, { recursive: true, force: true, mode: 0 });
      await rm(join(dir, file));
      await writeFile(join(dir, file), change(await readFile(join(BASIS, file))));
      const error = await loadBasis(dir).then(() => assert.fail("loaded"), (e: unknown) => e as Error & { code?: string });
      assert.equal(error.code, "DATA_INVALID");
      assert.ok(error.message.includes(file), error.message);
      return error.message;
    };
    assert.match(await broken("deltas.f32.bin", (bytes) => bytes.subarray(0, 1000)), /1000 bytes instead of 286416/);
    await broken("manifest.json", () => "{");
    await broken("manifest.json", (bytes) => bytes.toString().replace('"version": 1', '"version": 2'));
    await broken("rings.json", (bytes) => bytes.toString().replace("[78,191", "[878,191"));
    await broken("teeth-upper.png", () => "no picture");
    await broken("triangles.u16.bin", (bytes) => Buffer.alloc(bytes.length, 0xff));
    await assert.rejects(loadBasis(join(dir, "nowhere")), { code: "DATA_INVALID" });
  });
});

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import type { FaceLandmarks } from "../../../src/model/landmarks/face.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { FaceSynthesizer } from "../../../src/model/synthesis/face-synthesizer.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { BASIS, canonicalLandmarks, meanDifference, rotation, texture, without } from "./fixtures.js";

describe("FaceSynthesizer", { skip: without(BASIS) }, () => {
  let basis: ExpressionBasis, image: Pixels, face: FaceLandmarks, synthesizer: FaceSynthesizer;
  before(async () => {
    basis = await loadBasis(BASIS);
    image = texture(320, 300);
    face = canonicalLandmarks(basis, 10, 160, 130, rotation(5, 3, -4));
    synthesizer = new FaceSynthesizer(basis, image, face);
  });
  const weights = (named: Record<string, number>) => weightVector(basis, named);

  it("takes the photo's expression from its scores", () => {
    assert.ok(synthesizer.currentWeights.every((w) => w < 1e-6));
  });

  it("gives the photo back for the expression it shows", () => {
    const { data } = synthesizer.render(synthesizer.currentWeights);
    assert.ok(meanDifference(data, image.data) < 0.3);
    const landmarks = synthesizer.landmarks(synthesizer.currentWeights);
    for (const v of [1, 10, 152, 234, 454]) {
      assert.ok(Math.hypot(landmarks[2 * v] - face.points[3 * v], landmarks[2 * v + 1] - face.points[3 * v + 1]) < 0.1, `vertex ${v}`);
    }
  });

  it("is deterministic and keeps nothing from one render to the next", () => {
    const first = synthesizer.render(weights({ jawOpen: 0.6, eyeBlinkLeft: 1 }));
    synthesizer.render(weights({ mouthSmileLeft: 1, eyeWideLeft: 0.5 }));
    assert.deepEqual(synthesizer.render(weights({ jawOpen: 0.6, eyeBlinkLeft: 1 })), first);
    assert.deepEqual(new FaceSynthesizer(basis, image, face).render(weights({ jawOpen: 0.6, eyeBlinkLeft: 1 })), first);
  });

  it("does not change the photo, not even when it lies in a Buffer", () => {
    const data = Buffer.from(image.data);
    const { data: rendered } = new FaceSynthesizer(basis, { ...image, data }, face).render(weights({ jawOpen: 0.8 }));
    assert.deepEqual(new Uint8Array(data), image.data);
    assert.notDeepEqual(rendered, image.data);
  });

  it("leaves everything outside the collar round the face alone", () => {
    const { data, width, height } = synthesizer.render(weights({ jawOpen: 0.9, mouthSmileLeft: 1, browInnerUp: 1 }));
    assert.deepEqual([width, height], [320, 300]);
    const same = (x: number, y: number) => assert.equal(data[(y * 320 + x) * 3], image.data[(y * 320 + x) * 3], `pixel ${x}, ${y}`);
    for (let x = 0; x < 320; x++) same(x, 298);
    for (let y = 0; y < 300; y++) for (const x of [15, 305]) same(x, y);
  });

  it("moves the picture with the landmarks", () => {
    // A dot on the chin follows the jaw.
    const marked = { ...image, data: new Uint8Array(image.data.length).fill(128) };
    const [cx, cy] = [face.points[3 * 199], face.points[3 * 199 + 1]];
    for (let y = Math.floor(cy) - 3; y <= cy + 3; y++) {
      const from = (y * 320 + Math.floor(cx) - 3) * 3;
      marked.data.fill(255, from, from + 21);
    }
    const opened = new FaceSynthesizer(basis, marked, face);
    const jaw = weights({ jawOpen: 0.7 });
    const after = opened.landmarks(jaw);
    const { data } = opened.render(jaw);
    let sum = 0, x = 0, y = 0;
    for (let i = 0; i < 320 * 300; i++) {
      const px = i % 320, py = Math.floor(i / 320);
      if (Math.hypot(px + 0.5 - after[398], py + 0.5 - after[399]) > 12) continue;
      const excess = Math.max(0, data[3 * i] - 150);
      sum += excess; x += excess * (px + 0.5); y += excess * (py + 0.5);
    }
    assert.ok(after[399] - cy > 10, "the chin goes down");
    assert.ok(Math.hypot(x / sum - after[398], y / sum - after[399]) < 1.5);
  });

  it("shows a dark cavity in an open mouth and none in a closed one", () => {
    const bright = { ...image, data: new Uint8Array(image.data.length).fill(170) };
    const face170 = new FaceSynthesizer(basis, bright, face);
    const middle = (named: Record<string, number>): number => {
      const points = face170.landmarks(weights(named)), { data } = face170.render(weights(named));
      const x = Math.floor((points[26] + points[28]) / 2), y = Math.floor((points[27] + points[29]) / 2);
      return data[(y * 320 + x) * 3 + 1];
    };
    assert.ok(middle({ jawOpen: 0.8 }) < 90);
    assert.ok(middle({}) > 130);
  });

  it("makes the identity map: neutral, black outside the face", () => {
    const { data } = synthesizer.identityMap();
    assert.deepEqual([...data.subarray(0, 3)], [0, 0, 0]);
    const nose = (Math.floor(face.points[13]) * 320 + Math.floor(face.points[12])) * 3;
    assert.ok(Math.abs(data[nose] - image.data[nose]) <= 2);
    const chin = Math.ceil(face.points[152 * 3 + 1]) + 3;
    assert.equal(data[(chin * 320 + Math.floor(face.points[152 * 3])) * 3], 0);
  });

  it("accepts larger photos, and faces that reach over the border", () => {
    const large = texture(900, 800);
    const big = new FaceSynthesizer(basis, large, canonicalLandmarks(basis, 34, 450, 330));
    assert.equal(big.render(weights({ jawOpen: 0.5 })).data.length, 900 * 800 * 3);
    const cut = new FaceSynthesizer(basis, image, canonicalLandmarks(basis, 12, 30, 260));
    assert.equal(cut.render(weights({ jawOpen: 0.5, eyeBlinkRight: 1 })).width, 320);
    assert.equal(cut.identityMap().height, 300);
  });

  it("does without irises and scores when it is given the photo's weights", () => {
    // The made-up face looks ahead, so its irises are where they are expected.
    const bare = new FaceSynthesizer(basis, image, { points: face.points.subarray(0, 468 * 3), score: 1 }, synthesizer.currentWeights);
    for (const worn of [{ jawOpen: 0.5 }, { eyeWideLeft: 0.8, eyeWideRight: 0.8 }] as Record<string, number>[]) {
      assert.ok(meanDifference(bare.render(weights(worn)).data, synthesizer.render(weights(worn)).data) < 0.01);
    }
  });

  it("refuses what it cannot use", () => {
    const half = { points: face.points.subarray(0, 234 * 3), blendshapes: {}, score: 1 };
    assert.throws(() => new FaceSynthesizer(basis, image, half), { code: "USAGE" });
    assert.throws(() => new FaceSynthesizer(basis, image, { points: face.points, score: 1 }), { code: "USAGE" });
    assert.throws(() => synthesizer.render(new Float32Array(52)), { code: "USAGE" });
  });
});

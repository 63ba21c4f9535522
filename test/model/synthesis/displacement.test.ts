import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { displacement } from "../../../src/model/synthesis/displacement.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import { loadBasis } from "../../../src/model/synthesis/load-basis.js";
import { expressionOffsets, poseFace, type PosedFace } from "../../../src/model/synthesis/posed-face.js";
import { BASIS, canonicalLandmarks, rotation, without } from "./fixtures.js";

const SCALE = 10;

describe("displacement", { skip: without(BASIS) }, () => {
  let basis: ExpressionBasis;
  before(async () => { basis = await loadBasis(BASIS); });

  /** The canonical face wearing `worn`, which is what its landmarks show. */
  const wearing = (worn: Record<string, number>, turn = rotation(0, 0, 0)): PosedFace => {
    const current = weightVector(basis, worn);
    const offsets = expressionOffsets(basis, current);
    const moved = { ...basis, vertices: basis.vertices.map((v, i) => v + offsets[i]) };
    return poseFace(basis, canonicalLandmarks(moved, SCALE, 160, 160, turn), current);
  };
  const gap = (face: PosedFace, moved: Float64Array, upper: number, lower: number): number =>
    face.points[2 * lower + 1] + moved[2 * lower + 1] - face.points[2 * upper + 1] - moved[2 * upper + 1];

  it("finds the pose of the canonical face", () => {
    const turn = rotation(20, -10, 5);
    const { pose } = wearing({}, turn);
    assert.ok(Math.abs(pose.scale - SCALE) < 1e-4);
    turn.forEach((value, i) => assert.ok(Math.abs(pose.rotation[i] - value) < 1e-5));
  });

  it("moves nothing when nothing changes, whatever the photo shows", () => {
    const faces: Record<string, number>[] = [
      { browInnerUp: 0.5 }, { eyeBlinkLeft: 0.6, eyeSquintRight: 0.9 }, { jawOpen: 0.6, mouthSmileLeft: 0.7, mouthFunnel: 0.3 },
    ];
    for (const worn of faces) {
      const face = wearing(worn), moved = displacement(face, face.current);
      // The canonical face's lips are a little apart; by weights that say closed they are closed fully.
      const still = "jawOpen" in worn ? Array.from({ length: 468 }, (_, v) => v) : [4, 6, 9, 105, 334, 159, 386, 145, 374, 152, 234, 454];
      for (const v of still) assert.ok(Math.hypot(moved[2 * v], moved[2 * v + 1]) < 0.01, `${JSON.stringify(worn)}: vertex ${v}`);
    }
  });

  it("closes a smiling mouth", () => {
    const face = wearing({ mouthSmileLeft: 0.8, mouthSmileRight: 0.8, jawOpen: 0.3, mouthUpperUpLeft: 0.4, mouthUpperUpRight: 0.4 });
    assert.ok(gap(face, new Float64Array(936), 13, 14) > 0.4 * SCALE, "it starts open");
    const moved = displacement(face, new Float32Array(51));
    for (let k = 1; k < 10; k++) {
      assert.ok(Math.abs(gap(face, moved, basis.lips.upper[k], basis.lips.lower[k])) < 0.02 * SCALE, `pair ${k}`);
    }
  });

  it("closes lips that are apart in the photo though its weights do not say so", () => {
    const shown = wearing({ jawOpen: 0.1 });
    const face = { ...shown, current: new Float32Array(51) };
    assert.ok(gap(face, new Float64Array(936), 13, 14) > 0.2 * SCALE, "it starts open");
    const moved = displacement(face, new Float32Array(51));
    for (let k = 1; k < 10; k++) assert.ok(Math.abs(gap(face, moved, basis.lips.upper[k], basis.lips.lower[k])) < 0.5, `pair ${k}`);
  });

  it("opens the mouth with every step of the jaw, and closes its lips over it", () => {
    const face = wearing({});
    let before = 0;
    for (let weight = 0.1; weight <= 1; weight += 0.1) {
      const opened = gap(face, displacement(face, weightVector(basis, { jawOpen: weight })), 13, 14);
      assert.ok(opened > before + 0.05 * SCALE, `${weight}: ${opened} after ${before}`);
      before = opened;
    }
    assert.ok(before > 3 * SCALE && before < 4.2 * SCALE);
    const closed = displacement(face, weightVector(basis, { jawOpen: 0.5, mouthClose: 0.7 }));
    assert.ok(gap(face, closed, 13, 14) < 0.05 * SCALE);
    assert.ok(closed[2 * 152 + 1] > 0.3 * SCALE, "the jaw stays open");
  });

  it("moves what a weight moves further with every step of it", () => {
    const face = wearing({});
    const along: [string, number, number, number][] = [
      ["browInnerUp", 107, 1, -1], ["browOuterUpLeft", 300, 1, -1], ["browDownRight", 105, 1, 1], ["mouthSmileLeft", 291, 1, -1],
      ["mouthPucker", 61, 0, 1], ["mouthFunnel", 17, 1, 1], ["mouthUpperUpLeft", 269, 1, -1], ["mouthLowerDownRight", 181, 1, 1],
      ["mouthStretchLeft", 291, 0, 1], ["mouthFrownRight", 61, 1, 1], ["mouthLeft", 13, 0, 1], ["mouthRight", 13, 0, -1],
    ];
    for (const [name, vertex, axis, sign] of along) {
      let before = 0;
      for (let weight = 0.1; weight <= 1; weight += 0.1) {
        const moved = sign * displacement(face, weightVector(basis, { [name]: weight }))[2 * vertex + axis];
        assert.ok(moved > before, `${name} ${weight.toFixed(1)}: ${moved} after ${before}`);
        before = moved;
      }
    }
  });

  it("makes an O of rounded lips over an open jaw: narrow, its corners near half its height", () => {
    const face = wearing({}), sum = { ...face, basis: { ...basis, corners: [] } };
    const shape = (named: Record<string, number>, face: PosedFace) => {
      const moved = displacement(face, weightVector(basis, named));
      const at = (v: number) => [face.points[2 * v] + moved[2 * v], face.points[2 * v + 1] + moved[2 * v + 1]];
      const [right, left, top, bottom] = [78, 308, 13, 14].map(at);
      return { width: left[0] - right[0], height: bottom[1] - top[1], corner: ((right[1] + left[1]) / 2 - top[1]) / (bottom[1] - top[1]) };
    };
    const a = shape({ jawOpen: 0.6 }, face), o = shape({ jawOpen: 0.6, mouthPucker: 0.8 }, face), pointed = shape({ jawOpen: 0.6, mouthPucker: 0.8 }, sum);
    assert.ok(o.width < 0.8 * a.width && o.height > 0.65 * a.height && o.height < a.height, `${o.width}×${o.height} of ${a.width}×${a.height}`);
    assert.ok(pointed.corner < 0.42 && o.corner > 0.44 && o.corner < 0.5, `${pointed.corner} and ${o.corner}`);
  });

  it("draws the lower lip down without the jaw, squarely and on its own side", () => {
    const face = wearing({});
    const moved = displacement(face, weightVector(basis, { mouthLowerDownLeft: 0.8, mouthLowerDownRight: 0.8 }));
    assert.ok(gap(face, moved, 13, 14) > 0.6 * SCALE);
    assert.ok(gap(face, moved, 311, 402) > 0.9 * gap(face, moved, 13, 14), "beside the middle as much as there");
    assert.ok(moved[2 * 152 + 1] < 0.15 * moved[2 * 14 + 1], "the chin stays");
    const left = displacement(face, weightVector(basis, { mouthLowerDownLeft: 0.8 }));
    assert.ok(left[2 * 318 + 1] > 4 * Math.abs(left[2 * 88 + 1]));
  });

  it("closes the lids fully, whatever their shape, mostly with the upper one", () => {
    const faces: Record<string, number>[] = [{}, { eyeWideLeft: 0.8, eyeSquintRight: 0.8 }, { eyeBlinkLeft: 0.5, browDownLeft: 0.7 }];
    for (const worn of faces) {
      const face = wearing(worn, rotation(12, -8, 6));
      for (const blink of [0.95, 1]) {
        const moved = displacement(face, weightVector(basis, { eyeBlinkLeft: blink, eyeBlinkRight: blink, browInnerUp: 0.6, mouthSmileLeft: 0.8 }));
        for (const { upper, lower } of basis.eyes) {
          for (let k = 1; k < 8; k++) {
            const [u, l] = [upper[k], lower[k]];
            const open = [0, 1].map((c) => face.points[2 * l + c] + moved[2 * l + c] - face.points[2 * u + c] - moved[2 * u + c]);
            assert.ok(Math.abs(open[0] * face.down[0] + open[1] * face.down[1]) < 0.05, `${JSON.stringify(worn)}: pair ${k}`);
          }
        }
      }
    }
    const moved = displacement(wearing({}), weightVector(basis, { eyeBlinkLeft: 1, eyeBlinkRight: 1 }));
    for (const [upper, lower] of [[159, 145], [386, 374]]) assert.ok(moved[2 * upper + 1] > 3 * Math.abs(moved[2 * lower + 1]));
  });

  it("leaves as much of an eye's aperture as talking people's score says, a little less while it begins to close", () => {
    const face = wearing({});
    const left = (named: Record<string, number>) =>
      gap(face, displacement(face, weightVector(basis, named)), 386, 374) / gap(face, new Float64Array(936), 386, 374);
    assert.ok(Math.abs(left({ eyeBlinkLeft: 0.25 }) - 0.61) < 0.02);
    assert.ok(Math.abs(left({ eyeBlinkLeft: 0.5 }) - 0.28) < 0.02);
    assert.ok(Math.abs(left({ eyeBlinkLeft: 0.75, eyeLookDownLeft: 0.7, eyeSquintLeft: 0.3 })) < 0.03, "a blink that MediaPipe scores .77");
    assert.ok(Math.abs(left({ eyeBlinkRight: 1 }) - 1) < 0.01, "the other eye");
    assert.ok(left({ eyeWideLeft: 1 }) > 1.2 && left({ eyeWideLeft: 1 }) <= 1.5);
  });

  it("keeps the sides of the face from swinging out", () => {
    const face = wearing({});
    const moved = displacement(face, weightVector(basis, { jawLeft: 1 }));
    const jaw = basis.blendshapes.indexOf("jawLeft") * 1404;
    assert.ok(Math.abs(moved[2 * 152] - 0.5 * SCALE * basis.deltas[jaw + 152 * 3]) < 0.01 * SCALE);
  });
});

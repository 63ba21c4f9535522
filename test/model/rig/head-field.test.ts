import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadField, type HeadLattice } from "../../../src/model/rig/head-field.js";
import { HEAD_LIMITS, limitHead } from "../../../src/model/rig/head-limits.js";
import type { HeadAngles } from "../../../src/model/rig/rig-pose.js";
import { madeFace } from "./head-face.js";

const AT_REST: HeadAngles = { yaw: 0, pitch: 0, roll: 0 };
/** Far beyond the limits, in all directions, and some turns within. */
const TURNS: readonly HeadAngles[] = [-1, 0, 1].flatMap((yaw) => [-1, 0, 1].flatMap((pitch) => [-1, 0, 1].flatMap((roll) => (
  [7, 500].map((by) => ({ yaw: by * yaw, pitch: by * pitch, roll: by * roll })))))).filter(({ yaw, pitch, roll }) => yaw !== 0 || pitch !== 0 || roll !== 0);

/** One face well inside of the picture, one near a corner, one tilted. */
const PHOTOS = [
  { name: "in the middle", face: madeFace(256, 240, 80), width: 512, height: 512 },
  { name: "near a corner", face: madeFace(120, 110, 90), width: 420, height: 360 },
  { name: "tilted", face: madeFace(250, 260, 70, 0.5), width: 512, height: 512 },
];
const fieldOf = ({ face, width, height }: (typeof PHOTOS)[number]) => new HeadField(face.points, width, height, face.depths);
const latticeOf = ({ width, height }: { width: number; height: number }, step = 4): HeadLattice => (
  { left: 0, top: 0, step, columns: Math.ceil(width / step) + 1, rows: Math.ceil(height / step) + 1 });
const shiftOf = (lattice: HeadLattice) => new Float32Array(2 * lattice.columns * lattice.rows);

test("turns about the neck as a rigid head does where its weight is 1", () => {
  const field = fieldOf(PHOTOS[0]), { shape } = field, out = new Float64Array(2), [x, y] = [270, 220];
  assert.equal(shape.weightAt(x, y), 1);
  const turned = (head: HeadAngles, depth: number) => {
    field.forward(x, y, depth, field.rotation(head), out);
    return [x + out[0], y + out[1]];
  };
  const u = x - shape.pivotX, v = y - shape.pivotY, z = 60 - shape.pivotDepth, soft = (angle: number, limit: number) => (limit * Math.tanh(angle / limit) * Math.PI) / 180;
  const yaw = soft(6, 20), pitch = soft(6, 14), roll = soft(6, 15);
  const expected = {
    yaw: [shape.pivotX + u * Math.cos(yaw) + z * Math.sin(yaw), y],
    pitch: [x, shape.pivotY + v * Math.cos(pitch) + z * Math.sin(pitch)],
    roll: [shape.pivotX + u * Math.cos(roll) - v * Math.sin(roll), shape.pivotY + u * Math.sin(roll) + v * Math.cos(roll)],
  };
  for (const [axis, point] of Object.entries(expected)) {
    turned({ ...AT_REST, [axis]: 6 }, 60).forEach((value, k) => assert.ok(Math.abs(value - point[k]) < 1e-9, `${axis}: ${value} instead of ${point[k]}`));
  }
  assert.ok(turned({ ...AT_REST, yaw: 9 }, 60)[0] > x, "yaw > 0: what is near moves to the picture's right");
  assert.ok(turned({ ...AT_REST, pitch: 9 }, 60)[1] > y, "pitch > 0: what is near moves down");
});

for (const photo of PHOTOS) {
  test(`a face ${photo.name}: reading the field undoes it, and nothing folds however far it is asked to turn`, () => {
    const field = fieldOf(photo), lattice = latticeOf(photo), shift = shiftOf(lattice), out = new Float64Array(2);
    let largest = 0;
    for (const turn of TURNS) {
      const rotation = field.rotation(turn);
      field.inverse(rotation, lattice, shift);
      for (let j = 0; j < lattice.rows; j++) {
        for (let i = 0; i < lattice.columns; i++) {
          const n = 2 * (j * lattice.columns + i), x = i * 4 + shift[n], y = j * 4 + shift[n + 1];
          field.forward(x, y, undefined, rotation, out);
          // The field is held on a grid: between its nodes it differs a little from what `forward` computes.
          assert.ok(Math.hypot(x + out[0] - i * 4, y + out[1] - j * 4) < 0.7, `(${i * 4}, ${j * 4}) comes out at (${x + out[0]}, ${y + out[1]})`);
          if (i === 0 || j === 0) continue;
          const left = n - 2, above = n - 2 * lattice.columns;
          const area = (4 + shift[n] - shift[left]) * (4 + shift[n + 1] - shift[above + 1]) - (shift[n] - shift[above]) * (shift[n + 1] - shift[left + 1]);
          assert.ok(area > 0, `folded at (${i * 4}, ${j * 4}) by ${JSON.stringify(turn)}`);
          largest = Math.max(largest, Math.hypot(shift[n], shift[n + 1]));
        }
      }
    }
    assert.ok(largest > 20, `the head moves by ${largest} pixels at most`);
  });

  test(`a face ${photo.name}: the border and everything far from the head stand still, at rest everything does`, () => {
    const field = fieldOf(photo), { width, height } = photo, lattice = latticeOf(photo, 1), shift = shiftOf(lattice);
    for (const turn of [TURNS[0], TURNS[25], TURNS[51]]) {
      field.inverse(field.rotation(turn), lattice, shift);
      for (let y = 0; y <= height; y++) {
        for (let x = 0; x <= width; x++) {
          const n = 2 * (y * lattice.columns + x);
          if (x > 8 && y > 8 && x < width - 8 && y < height - 8 && field.shape.weightAt(x, y) > 0) continue;
          const moved = Math.hypot(shift[n], shift[n + 1]);
          // A grid cell that the weight's rim runs through is partly moving.
          if (x <= 1 || y <= 1 || x >= width - 1 || y >= height - 1) assert.equal(moved, 0, `border at (${x}, ${y})`);
          else assert.ok(moved < 0.05, `(${x}, ${y}) moves by ${moved}`);
        }
      }
    }
    field.inverse(field.rotation(AT_REST), lattice, shift.fill(7));
    assert.ok(shift.every((value) => value === 0));
  });
}

test("a straight line beside the head stays where it is", () => {
  const photo = PHOTOS[0], field = fieldOf(photo), lattice = latticeOf(photo), shift = shiftOf(lattice);
  field.inverse(field.rotation({ yaw: 90, pitch: 0, roll: 0 }), lattice, shift);
  const x = Math.floor((256 - 1.9 * 1.12 * 80) / 4);
  for (let j = 0; j < lattice.rows; j++) for (const c of [0, 1]) assert.ok(Math.abs(shift[2 * (j * lattice.columns + x) + c]) < 0.05);
});

test("a head that is cut out of its background turns as far as one that is not, and more of its hair turns wholly", () => {
  const { face, width, height } = PHOTOS[0], together = fieldOf(PHOTOS[0]), apart = new HeadField(face.points, width, height, face.depths, AT_REST, true);
  for (const axis of ["yaw", "pitch", "roll"] as const) assert.ok(apart.reach[axis] >= together.reach[axis], `${axis}: ${apart.reach[axis]} of ${together.reach[axis]}`);
  const side = 256 + 1.25 * 80;
  assert.equal(apart.shape.weightAt(side, 240), 1);
  assert.ok(together.shape.weightAt(side, 240) < 0.97);
});

test("the face's own depth counts: a nose goes further than the ellipsoid's middle", () => {
  const { face, width, height } = PHOTOS[0], own = fieldOf(PHOTOS[0]), bare = new HeadField(face.points, width, height);
  assert.ok(own.depthAt(256, 240) > bare.depthAt(256, 240) + 10);
  assert.ok(Math.abs(own.depthAt(256 + 150, 240) - bare.depthAt(256 + 150, 240)) < 3, "far from landmarks it is the ellipsoid's");
});

test("limits: soft, an ellipsoid together, and a turned photo turns away only so far", () => {
  const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 0.01, `${value} instead of ${expected}`);
  near(limitHead({ yaw: 2, pitch: 0, roll: 0 }, AT_REST).yaw, 1.993);
  near(limitHead({ yaw: 0, pitch: -90, roll: 0 }, AT_REST).pitch, -HEAD_LIMITS.pitch);
  const all = limitHead({ yaw: 900, pitch: 900, roll: 900 }, AT_REST);
  assert.ok(Math.hypot(all.yaw / 20, all.pitch / 14, all.roll / 15) < 1.001);
  const turned: HeadAngles = { yaw: 25, pitch: 0, roll: 0 };
  near(limitHead({ yaw: 90, pitch: 0, roll: 0 }, turned).yaw, 5);
  near(limitHead({ yaw: -90, pitch: 0, roll: 0 }, turned).yaw, -12.5);
});

test("without a face there is no field", () => {
  assert.throws(() => new HeadField(new Float64Array(2 * 468), 100, 100), { code: "USAGE" });
});

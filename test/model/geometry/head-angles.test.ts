import assert from "node:assert/strict";
import { before, test } from "node:test";
import { headAngles } from "../../../src/model/geometry/head-angles.js";
import { createFacemeshSource } from "../../../src/model/landmarks/facemesh-source.js";
import type { FaceLandmarks } from "../../../src/model/landmarks/face.js";
import { facePhoto, noFace } from "../landmarks/face-photo.js";

let face: FaceLandmarks;
before(async () => {
  if (noFace) return;
  const source = await createFacemeshSource();
  [face] = await source.detect(await facePhoto());
  await source.close();
});

/** The landmarks turned about the nose's bridge: right-handed about x right, y down, z away. */
function turned({ points }: FaceLandmarks, yaw: number, pitch: number, roll: number): Float32Array {
  const [y, p, r] = [yaw, pitch, roll].map((angle) => (angle * Math.PI) / 180), out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    let [u, v, near] = [points[i] - points[504], points[i + 1] - points[505], -(points[i + 2] - points[506])];
    [u, v] = [u * Math.cos(r) - v * Math.sin(r), u * Math.sin(r) + v * Math.cos(r)];
    [v, near] = [v * Math.cos(p) + near * Math.sin(p), near * Math.cos(p) - v * Math.sin(p)];
    [u, near] = [u * Math.cos(y) + near * Math.sin(y), near * Math.cos(y) - u * Math.sin(y)];
    out.set([u, v, -near], i);
  }
  return out;
}

test("turning a head by an angle turns its angle by as much, up to profile", { skip: noFace }, () => {
  const straight = headAngles(face.points), back = turned(face, 0, 0, -straight.roll);
  const base = headAngles(back);
  assert.ok(Math.abs(base.roll) < 0.5 && Math.abs(base.yaw) < 25 && Math.abs(base.pitch) < 25);
  for (const angle of [-60, -20, 20, 60]) {
    const { yaw } = headAngles(turned({ ...face, points: back }, angle, 0, 0));
    assert.ok(Math.abs(yaw - base.yaw - angle) < 0.01, `yaw ${yaw} after ${angle}`);
    const { roll } = headAngles(turned({ ...face, points: back }, 0, 0, angle));
    assert.ok(Math.abs(roll - base.roll - angle) < 3, `roll ${roll} after ${angle}`);
  }
  for (const angle of [-25, 25]) {
    const { pitch } = headAngles(turned({ ...face, points: back }, 0, angle, 0));
    assert.ok(Math.abs(pitch - base.pitch - angle) < 2, `pitch ${pitch} after ${angle}`);
  }
});

test("the jaw counts for nothing, nor does where the face is or how large", { skip: noFace }, () => {
  const dropped = face.points.slice(), far = face.points.map((value, i) => 3 * value + [100, -50, 20][i % 3]);
  for (const k of [152, 148, 377, 17, 18, 200, 175, 61, 291, 13, 14]) dropped[3 * k + 1] += 40;
  assert.deepEqual(headAngles(dropped), headAngles(face.points));
  const angles = headAngles(far), own = headAngles(face.points);
  for (const axis of ["yaw", "pitch", "roll"] as const) assert.ok(Math.abs(angles[axis] - own[axis]) < 0.01);
});

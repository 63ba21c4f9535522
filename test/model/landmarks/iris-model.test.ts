import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { createFacemeshSource } from "../../../src/model/landmarks/facemesh-source.js";
import type { LandmarkSource } from "../../../src/model/landmarks/source.js";
import { facePhoto, noFace, shifted } from "./face-photo.js";

let source: LandmarkSource;
let photo: Pixels;
before(async () => {
  source = await createFacemeshSource();
  if (!noFace) photo = await facePhoto();
});
after(() => source.close());

/** Darkness of the picture round a point, 0…1. */
function darkness({ data, width }: Pixels, x: number, y: number, radius: number): number {
  let sum = 0, count = 0;
  for (let j = Math.ceil(y - radius); j <= y + radius; j++) {
    for (let i = Math.ceil(x - radius); i <= x + radius; i++, count++) sum += 1 - data[3 * (j * width + i) + 1] / 255;
  }
  return sum / count;
}

test("FaceMesh's faces have irises where they are asked for, and only there", { skip: noFace }, async () => {
  const [plain] = await source.detect(photo), [face] = await source.detect(photo, { irises: true });
  assert.equal(plain.points.length, 468 * 3);
  assert.equal(face.points.length, 478 * 3);
  assert.deepEqual(face.points.subarray(0, 468 * 3), plain.points);
  const at = (k: number) => [face.points[3 * k], face.points[3 * k + 1]] as const;
  for (const [middle, left, right] of [[468, 33, 133], [473, 362, 263]]) {
    const [x, y] = at(middle), [lx, ly] = at(left), [rx, ry] = at(right), width = Math.hypot(rx - lx, ry - ly);
    assert.ok(Math.hypot(x - (lx + rx) / 2, y - (ly + ry) / 2) < 0.25 * width, "the iris lies between the corners");
    const [e, n, w, s] = [1, 2, 3, 4].map((k) => at(middle + k));
    assert.ok(e[0] > x && w[0] < x && n[1] < y && s[1] > y, "its rim: right, top, left, bottom");
    for (const [px, py] of [e, n, w, s]) assert.ok(Math.hypot(px - x, py - y) / width > 0.1 && Math.hypot(px - x, py - y) / width < 0.35);
    const white = (lx + rx) / 2 - 0.3 * width;
    assert.ok(darkness(photo, x, y, 0.06 * width) > darkness(photo, white, (ly + ry) / 2, 0.06 * width) + 0.1, "darker than the white of the eye");
  }
});

test("irises go where the face goes", { skip: noFace }, async () => {
  const [face] = await source.detect(photo, { irises: true }), [moved] = await source.detect(shifted(photo, 24, -12), { irises: true });
  for (const k of [468, 473]) {
    assert.ok(Math.hypot(moved.points[3 * k] - face.points[3 * k] - 24, moved.points[3 * k + 1] - face.points[3 * k + 1] + 12) < 2);
  }
});

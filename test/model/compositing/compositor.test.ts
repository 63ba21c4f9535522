import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { Compositor } from "../../../src/model/compositing/compositor.js";
import { laplacianVariance } from "../../../src/model/evaluation/image-measures.js";
import { applySimilarity, invertSimilarity } from "../../../src/model/geometry/similarity.js";
import { bell, cropAt, motion, noisePhoto, numbers, openMouth, sharedPhotos, smoothPhoto } from "./made-up.js";

/** A result in which everything moves, is shaded and painted, at random. */
function wild(seed: number) {
  const next = numbers(seed);
  return motion(() => [16 * next() - 8, 16 * next() - 8], () => next(), () => [2 * next() - 1, 2 * next() - 1, 2 * next() - 1], () => next() - 0.5);
}

test("strength 0, and a network that wants nothing, give the photo's own bytes", () => {
  const photo = noisePhoto(200, 160);
  const compositor = new Compositor(photo, cropAt(100, 80, 120, 0.2));
  assert.deepEqual(compositor.compose(wild(1), 0), photo.data);
  assert.deepEqual(compositor.compose(motion(() => [0, 0])), photo.data);
  assert.deepEqual(compositor.compose(motion(() => [0.02, -0.02], () => 0.03, () => [1, 1, 1], () => -0.0035)), photo.data, "the network's noise is nothing either");
});

test("outside the crop every byte stays the photo's, whatever the network says, and the photo is not written to", () => {
  for (const [crop, size] of [
    [cropAt(90, 80, 100, 0.3), 180], [cropAt(60, 60, 40), 120], [cropAt(20, 15, 90, -0.2), 150], [cropAt(300, 260, 480, 0.1), 600],
  ] as const) {
    const photo = noisePhoto(size, size, 5);
    const before = photo.data.slice();
    const toCrop = invertSimilarity(crop);
    const out = new Compositor(photo, crop).compose(wild(2), 1.5);
    let inside = 0, changed = 0, strayed = 0;
    for (let y = 0, p = 0; y < size; y++) {
      for (let x = 0; x < size; x++, p += 3) {
        const [u, v] = applySimilarity(toCrop, x + 0.5, y + 0.5);
        const same = out[p] === photo.data[p] && out[p + 1] === photo.data[p + 1] && out[p + 2] === photo.data[p + 2];
        if (!same && (u < 0 || v < 0 || u > 96 || v > 96)) strayed++;
        if (u > 12 && v > 12 && u < 84 && v < 84) {
          inside++;
          if (!same) changed++;
        }
      }
    }
    assert.equal(strayed, 0, "changed pixels outside the crop");
    assert.ok(inside > 0 && changed > 0.9 * inside, `${changed} of ${inside} pixels inside changed`);
    assert.deepEqual(photo.data, before);
  }
});

test("a crop that lies outside the photo changes nothing", () => {
  const photo = noisePhoto(60, 50);
  for (const [x, y] of [[-300, 900], [9000, 20], [30, -4000], [9000, 9000]]) {
    assert.deepEqual(new Compositor(photo, cropAt(x, y, 80)).compose(wild(3)), photo.data);
  }
});

test("a shift by whole pixels moves the photo's own pixels, unchanged", () => {
  const photo = noisePhoto(300, 300);
  const out = new Compositor(photo, cropAt(150, 150, 192)).compose(motion(() => [2.5, -4]));
  for (let y = 110; y < 190; y++) {
    const from = ((y - 8) * 300 + 110 + 5) * 3, to = (y * 300 + 110) * 3;
    assert.deepEqual(out.subarray(to, to + 240), photo.data.subarray(from, from + 240));
  }
});

test("flow is turned and scaled with the face, and strength scales it", () => {
  const ramp = { data: new Uint8Array(240 * 240 * 3), width: 240, height: 240 };
  for (let y = 0, p = 0; y < 240; y++) for (let x = 0; x < 240; x++, p += 3) ramp.data.set([x, y, 0], p);
  const crop = cropAt(120, 120, 150, 0.6);
  const compositor = new Compositor(ramp, crop);
  for (const strength of [0.5, 1, 1.5]) {
    const out = compositor.compose(motion(() => [2, -3]), strength);
    const centre = (120 * 240 + 120) * 3;
    assert.ok(Math.abs(out[centre] - (120 + strength * (crop.a * 2 + crop.b * 3))) <= 0.51);
    assert.ok(Math.abs(out[centre + 1] - (120 + strength * (crop.b * 2 - crop.a * 3))) <= 0.51);
  }
});

test("a fold is darker by as much as the network says, on moved skin too; strength scales it, and only up to 1", () => {
  const photo = smoothPhoto(300, 300);
  const compositor = new Compositor(photo, cropAt(150, 150, 220));
  const fold = (x: number, y: number) => -0.3 * bell(x, y, 48, 48, 8);
  const centre = (150 * 300 + 150) * 3;
  for (const flow of [[0, 0], [3, -2]] as [number, number][]) {
    const plain = compositor.compose(motion(() => flow));
    for (const [strength, share] of [[1, 0.7], [0.5, 0.85], [1.5, 0.7]]) {
      const unshaded = flow[0] === 0 ? plain : compositor.compose(motion(() => flow), strength);
      const out = compositor.compose(motion(() => flow, undefined, undefined, fold), strength);
      for (let c = 0; c < 3; c++) assert.ok(Math.abs(out[centre + c] - share * unshaded[centre + c]) <= 2, `${out[centre + c]} of ${unshaded[centre + c]}`);
      const far = (150 * 300 + 60) * 3;
      assert.deepEqual(out.subarray(far, far + 3), unshaded.subarray(far, far + 3), "away from the fold");
    }
  }
});

test("what is painted over a fold does not show it, and the skin beside it does", () => {
  const photo = smoothPhoto(300, 300);
  const compositor = new Compositor(photo, cropAt(150, 150, 220), { matchColours: false });
  const out = compositor.compose(motion(() => [0, 0], (x, y) => (bell(x, y, 48, 48, 6) > 0.3 ? 1 : 0), () => [0.4, 0.4, 0.4], () => -0.3));
  const at = (x: number) => (150 * 300 + x) * 3;
  assert.ok(Math.abs(out[at(150)] - 127.5 * 1.4) <= 2);
  assert.ok(Math.abs(out[at(190)] - 0.7 * photo.data[at(190)]) <= 2);
});

test("where the mask is full the painted face shows, in between both do; strength below 1 paints less", () => {
  const photo = smoothPhoto(300, 300);
  const compositor = new Compositor(photo, cropAt(150, 150, 220), { matchColours: false });
  const paint = (mask: number) => motion(() => [0, 0], (x, y) => (bell(x, y, 48, 48, 12) > 0.3 ? mask : 0), () => [-0.2, 0.2, 0.6]);
  const centre = (150 * 300 + 150) * 3;
  const full = compositor.compose(paint(1)), none = photo.data;
  [-0.2, 0.2, 0.6].forEach((value, c) => assert.ok(Math.abs(full[centre + c] - 127.5 * (value + 1)) <= 1));
  const half = compositor.compose(paint(1), 0.5);
  for (let c = 0; c < 3; c++) assert.ok(Math.abs(half[centre + c] - (full[centre + c] + none[centre + c]) / 2) <= 2);
});

test("what is painted takes on the photo's colours, and an open mouth stays dark", () => {
  const photo = smoothPhoto(400, 400);
  const crop = cropAt(200, 200, 300, 0.1);
  const right = new Compositor(photo, crop, { matchColours: false }).compose(openMouth(photo, crop));
  const difference = (other: Uint8Array) => {
    let worst = 0;
    for (let i = 0; i < right.length; i++) worst = Math.max(worst, Math.abs(other[i] - right[i]));
    return worst;
  };
  for (const tint of [0.88, 1.12]) {
    const off = difference(new Compositor(photo, crop, { matchColours: false }).compose(openMouth(photo, crop, tint)));
    const matched = new Compositor(photo, crop).compose(openMouth(photo, crop, tint));
    assert.ok(difference(matched) < 0.45 * off, `${difference(matched)} after matching, ${off} before`);
    const [x, y] = applySimilarity(crop, 48, 58).map(Math.floor);
    const p = (y * 400 + x) * 3;
    assert.ok(matched[p] < 0.4 * photo.data[p], "the mouth's inside");
  }
});

test("no seam: a soft photo stays soft everywhere when its face moves", () => {
  const photo = smoothPhoto(400, 400);
  const crop = cropAt(200, 200, 300, 0.2);
  const out = new Compositor(photo, crop).compose(motion(() => [3, -4], (x, y) => 0.4 * bell(x, y, 48, 20, 30), () => [0.1, 0, -0.1]));
  const step = (data: Uint8Array) => {
    let worst = 0;
    for (let y = 0; y < 399; y++) {
      for (let p = y * 1200; p < y * 1200 + 1197; p++) worst = Math.max(worst, Math.abs(data[p] - data[p + 3]), Math.abs(data[p] - data[p + 1200]));
    }
    return worst;
  };
  assert.ok(step(photo.data) <= 2, `steps of ${step(photo.data)} in the photo itself`);
  assert.ok(step(out) <= 4, `steps of up to ${step(out)} grey levels`);
});

test("no flicker: the same input gives the same bytes, and a trembling one hardly another picture", () => {
  const photo = noisePhoto(300, 300, 9);
  const crop = cropAt(150, 150, 230, -0.1);
  const compositor = new Compositor(photo, crop);
  const calm = openMouth(photo, crop);
  const first = compositor.compose(calm);
  compositor.compose(wild(4));
  assert.deepEqual(compositor.compose(calm), first, "nothing remains of the frame between");

  const soft = smoothPhoto(300, 300);
  const steady = new Compositor(soft, crop);
  const mouth = openMouth(soft, crop), next = numbers(6);
  const tremble = (values: Float32Array, by: number) => values.map((v) => v + by * (2 * next() - 1));
  const a = steady.compose(mouth);
  const b = steady.compose({ flow: tremble(mouth.flow, 0.02), mask: tremble(mouth.mask, 0.005), painted: tremble(mouth.painted, 0.01), shading: tremble(mouth.shading, 0.004) });
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  assert.ok(worst <= 3, `${worst} grey levels`);
});

test("a picture handed back is rewritten; one of another place or size is filled or refused", () => {
  const photo = noisePhoto(220, 200);
  const compositor = new Compositor(photo, cropAt(110, 100, 120));
  const [one, two] = [wild(7), openMouth(photo, cropAt(110, 100, 120))];
  const picture = compositor.compose(one);
  assert.equal(compositor.compose(two, 1, picture), picture);
  assert.deepEqual(picture, compositor.compose(two));
  const shared = new Uint8Array(photo.data.length + 10);
  assert.deepEqual(compositor.compose(two, 1, shared.subarray(10)), picture);
  assert.deepEqual(shared.subarray(0, 10), new Uint8Array(10));
  assert.throws(() => compositor.compose(two, 1, new Uint8Array(5)), { code: "USAGE" });
  assert.throws(() => compositor.compose({ ...two, mask: two.mask.subarray(1) }), { code: "USAGE", message: /`mask`/ });
});

const london = sharedPhotos("london-neutral"), congress = sharedPhotos("congress");

test("a real face that moves by fractions of a pixel stays sharp", { skip: !london || !congress ? "no photos beside the project" : false }, async () => {
  for (const folder of [london!, congress!]) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".jpg")).slice(0, 3)) {
      const { data, info } = await sharp(join(folder, name)).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
      const photo = { data: new Uint8Array(data), width: info.width, height: info.height };
      const scale = 2.4;
      const flow = motion((x, y) => [1.3 / scale * Math.sin(x / 17 + y / 25), 1.3 / scale * Math.cos(y / 19 - x / 29)]);
      const out = new Compositor(photo, cropAt(160, 165, scale * 96)).compose(flow);
      const face = { left: 80, top: 85, width: 160, height: 160 };
      const kept = laplacianVariance({ ...photo, data: out }, face) / laplacianVariance(photo, face);
      assert.ok(kept >= 0.8 && kept < 1.1, `${name}: ${kept.toFixed(2)} of the sharpness`);
    }
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { FaceSharpness } from "../../../src/model/evaluation/face-sharpness.js";
import { followMotion } from "../../../src/model/evaluation/follow-motion.js";
import { LikenessMeter } from "../../../src/model/evaluation/likeness-meter.js";
import { Trembling } from "../../../src/model/evaluation/trembling.js";
import { sharedBasis } from "../../../src/model/rig/shared-basis.js";
import { mulberry32 } from "../../helpers/random.js";

const near = (actual: number, expected: number, what: string, within = 1e-6) => assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual} instead of ${expected}`);

/** The canonical face in a picture of 256 × 256, moved, turned (radians) and scaled about its middle. */
async function canonicalFace({ x = 128, y = 128, turn = 0, scale = 9 } = {}): Promise<Float32Array> {
  const { vertices } = await sharedBasis(), c = scale * Math.cos(turn), s = scale * Math.sin(turn);
  return Float32Array.from(vertices, (_, i) => {
    const u = vertices[i - (i % 3)], v = -vertices[i - (i % 3) + 1];
    return i % 3 === 0 ? x + c * u - s * v : i % 3 === 1 ? y + s * u + c * v : -scale * vertices[i];
  });
}

test("trembling: second differences in thousandths of the eyes' distance, the head's own way taken out", async () => {
  const still = new Trembling(), shaken = new Trembling(), trembling = new Trembling();
  const unit = await canonicalFace().then((points) => Math.hypot(points[99] - points[789], points[100] - points[790]));
  for (let i = 0; i < 30; i++) {
    still.add(await canonicalFace({ x: 128 + i * i / 10, y: 128 - 3 * Math.sin(i), turn: Math.cos(i) / 9, scale: 9 + Math.sin(2 * i) / 4 }));
    // Landmark 0, on the upper lip, jumps by 1 pixel to and fro: its second difference is 4 pixels wherever it is not the rigid points'.
    const points = await canonicalFace();
    points[1] += i % 2 === 0 ? -0.5 : 0.5;
    trembling.add(points);
    shaken.add(i % 3 === 0 ? undefined : points);
  }
  near(still.value, 0, "a head that only moves", 0.01);
  near(trembling.value, (1000 * 2) / (points(await canonicalFace()) * unit), "one landmark", 0.001);
  assert.ok(Number.isNaN(shaken.value), "never three faces in a row");
});

function points(face: Float32Array): number {
  return face.length / 3;
}

test("likeness and leakage: cosines to the photo, and to the driver above what they share", () => {
  const photo = Float32Array.of(1, 0, 0), driver = Float32Array.of(0.6, 0.8, 0); // they share .6
  const meter = new LikenessMeter(photo, driver);
  meter.add(Float32Array.of(2, 0, 0)); // the photo itself: 1 and .6
  meter.add(Float32Array.of(0.8, 0.6, 0)); // .8 and .96
  meter.add(undefined);
  meter.add(Float32Array.of(0, 0, 5)); // nobody: 0 and 0
  const { likeness, verified, verifiedStrict, leakage } = meter.likeness({ lenient: 0.7, strict: 0.9 });
  near(likeness, 0.6, "likeness");
  near(verified, 0.5, "verified, of four frames");
  near(verifiedStrict, 0.25, "strictly");
  near(leakage, (0.6 + 0.96 + 0) / 3 - 0.6, "leakage");
});

test("head and gaze: angles that move are averaged, closed eyes do not count", () => {
  const of = (yaw: number, pitch: number, gaze: number, open = true) => ({ head: { yaw, pitch, roll: 0 }, gaze, open });
  const driver = Array.from({ length: 40 }, (_, i) => of(10 * Math.sin(i / 4), 4 * Math.cos(i / 4), i % 7 === 0 ? 9 : 0.1 * Math.sin(i), i % 7 !== 0));
  const output = driver.map(({ head: { yaw, pitch }, gaze }) => of(0.5 * yaw, pitch, -0.3 * gaze));
  const { pose, gaze } = followMotion(driver, output);
  near(pose!.r, 1, "pose");
  near(pose!.slope, 0.75, "half of the yaw, all of the pitch; the roll stays");
  near(gaze!.r, -1, "gaze");
  near(gaze!.slope, -0.3, "gaze");
  const still = followMotion(driver.map(() => of(3, 2, 0.1)), output);
  assert.deepEqual(still, { pose: undefined, gaze: undefined });
});

test("sharpness: of the face alone, wherever and however large it is", async () => {
  const random = mulberry32(5), photo = await canonicalFace(), sharpness = new FaceSharpness(await sharedBasis(), photo);
  // Stripes of 8 pixels along the photo's face, which go with it.
  const picture = (contrast: number, { x = 128, y = 128, turn = 0 } = {}, outside = 0): Pixels => {
    const data = new Uint8Array(256 * 256 * 3);
    for (let v = 0, p = 0; v < 256; v++) {
      for (let u = 0; u < 256; u++, p += 3) {
        const along = Math.cos(turn) * (u - x) + Math.sin(turn) * (v - y), far = Math.hypot(u - x, v - y) > 100;
        data.fill(128 + contrast * Math.sin((2 * Math.PI * along) / 8) + (far ? outside * (random() - 0.5) : 0), p, p + 3);
      }
    }
    return { data, width: 256, height: 256 };
  };
  const own = sharpness.of(picture(60), photo);
  assert.ok(own > 100, `${own}`);
  near(sharpness.of(picture(30), photo) / own, 0.25, "half the contrast", 0.01);
  near(sharpness.of(picture(60, {}, 120), photo) / own, 1, "what is beside the face does not count", 0.001);
  const place = { x: 133.3, y: 120.6, turn: 0.2 };
  near(sharpness.of(picture(60, place), await canonicalFace(place)) / own, 1, "moved and turned", 0.06);
});

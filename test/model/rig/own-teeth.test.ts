import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Pixels } from "../../../src/frame.js";
import { ownTeethLight } from "../../../src/model/rig/own-teeth.js";
import { Rig } from "../../../src/model/rig/rig.js";
import { rigParts } from "../../../src/model/rig/rig-parts.js";
import { sharedBasis } from "../../../src/model/rig/shared-basis.js";
import { weightVector, type ExpressionBasis } from "../../../src/model/synthesis/expression-basis.js";
import type { PosedFace } from "../../../src/model/synthesis/posed-face.js";
import { canonicalLandmarks, texture } from "../synthesis/fixtures.js";

const SIDE = 420, OPEN = 1.5, EXPECTED = [1, 1, 1], BRIGHTNESS = 0.95;
let basis: ExpressionBasis, face: PosedFace;

before(async () => {
  basis = await sharedBasis();
  const photo = texture(SIDE, SIDE), landmarks = canonicalLandmarks(basis, 16, SIDE / 2, SIDE / 2), points = landmarks.points.slice();
  new Rig(basis, photo, landmarks).landmarks(weightVector(basis, { jawOpen: 0.6 })).forEach((value, i) => { points[3 * (i >> 1) + (i & 1)] = value; });
  const finding = rigParts(basis, photo, { ...landmarks, points }, undefined, {});
  let found = finding.next();
  while (!found.done) found = finding.next();
  face = found.value.face;
});

/** What the light is said to be in a picture of one colour. */
function lightIn(colour: readonly number[], gap = OPEN): readonly number[] {
  const picture: Pixels = { data: Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => colour[i % 3]), width: SIDE, height: SIDE };
  return ownTeethLight(picture, face, gap, basis.teeth.upper, BRIGHTNESS, EXPECTED);
}

test("teeth that a photo shows tell how those it does not show are lit", () => {
  const white = lightIn([205, 196, 185]), shaded = lightIn([190, 181, 171]);
  assert.ok(white.every((light) => light > 0.85 && light < 1.25), white.join());
  shaded.forEach((light, c) => assert.ok(Math.abs(light / white[c] - 0.925) < 0.005, `${light} of ${white[c]}`));
  // A photo in blue light has blue teeth.
  const blue = lightIn([190, 190, 195]);
  assert.ok(blue[2] / blue[0] > 1.1 * (white[2] / white[0]), blue.join());
});

test("what is no tooth says nothing, and nothing is believed without bounds", () => {
  assert.deepEqual(lightIn([205, 196, 185], 0.5), EXPECTED, "lips hardly open");
  assert.deepEqual(lightIn([190, 120, 110]), EXPECTED, "gums and lips");
  assert.deepEqual(lightIn([40, 38, 35]).map((light) => light.toFixed(3)), ["0.750", "0.750", "0.750"]);
  assert.ok(lightIn([255, 255, 255]).every((light) => light <= 1.3));
});

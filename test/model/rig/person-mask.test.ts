import assert from "node:assert/strict";
import { test } from "node:test";
import { personOf, type PersonMask } from "../../../src/model/rig/person-mask.js";
import { madeFace } from "./head-face.js";

const PHOTO = { width: 400, height: 300 }, FACE = madeFace(150, 140, 40);

/** A mask of 80×60 over the photo; `inside` is asked in the photo's pixels. */
function maskOf(inside: (x: number, y: number) => number): PersonMask {
  return { width: 80, height: 60, data: Float32Array.from({ length: 80 * 60 }, (_, n) => inside(5 * (n % 80) + 2.5, 5 * Math.floor(n / 80) + 2.5)) };
}
const disc = (x: number, y: number, radius: number) => (u: number, v: number) => (Math.hypot(u - x, v - y) < radius ? 1 : 0);
const head = disc(150, 140, 75), shownAt = ({ data }: PersonMask, x: number, y: number) => data[Math.floor(y / 5) * 80 + Math.floor(x / 5)];

test("a head with its hair is trusted as the mask has it, softly where the mask is unsure", () => {
  const soft = maskOf((x, y) => Math.min(1, Math.max(0, (80 - Math.hypot(x - 150, y - 140)) / 8 + 0.5))), person = personOf(soft, FACE.points, PHOTO)!;
  assert.equal(shownAt(person, 150, 140), 1);
  assert.equal(shownAt(person, 350, 40), 0);
  const rim = person.data.filter((value) => value > 0 && value < 1);
  assert.ok(rim.length > 10 && rim.length < 150, `${rim.length} places are neither`);
});

test("whoever is beside the person without touching stays background", () => {
  const two = maskOf((x, y) => head(x, y) || disc(330, 150, 50)(x, y)), person = personOf(two, FACE.points, PHOTO)!;
  assert.equal(shownAt(person, 150, 140), 1);
  assert.equal(shownAt(person, 330, 150), 0);
});

for (const [what, inside] of Object.entries({
  "misses the face": disc(330, 150, 60),
  "misses a part of the face": (x: number, y: number) => (x > 135 ? head(x, y) : 0),
  "is no larger than the face": (x: number, y: number) => (Math.hypot((x - 150) / 41, (y - 140) / 51) < 1 ? 1 : 0),
  "leaves no background": () => 1,
  "is unsure": (x: number, y: number) => (Math.hypot(x - 150, y - 140) < 60 ? 1 : Math.hypot(x - 150, y - 140) < 100 ? 0.6 : 0),
  "is empty": () => 0,
})) {
  test(`a mask that ${what} is not trusted`, () => assert.equal(personOf(maskOf(inside), FACE.points, PHOTO), undefined));
}

test("a face outside of the picture has no mask", () => assert.equal(personOf(maskOf(() => 1), madeFace(-300, -300, 40).points, PHOTO), undefined));

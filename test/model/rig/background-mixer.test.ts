import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SimdWarper } from "../../../src/model/compositing/warp-simd.js";
import { PLACE_BYTES, type BackgroundMixer } from "../../../src/model/rig/background-mixer.js";
import { ScriptMixer } from "../../../src/model/rig/script-mixer.js";
import { SimdMixer } from "../../../src/model/rig/simd-mixer.js";
import { numbers } from "../compositing/made-up.js";

const WIDTH = 37, HEIGHT = 23, FROM = 3, TO = 31, PERSON = 12;
const mixers: [string, new (width: number, height: number) => BackgroundMixer, string | false][] = [
  ["script", ScriptMixer, false], ["SIMD", SimdMixer, SimdWarper.supported() ? false : "this machine's WebAssembly has no SIMD"],
];

/** Places of any colour; left of {@link PERSON} the person alone, right of it less of it by and by. */
function filled(mixer: BackgroundMixer): BackgroundMixer {
  const next = numbers(5);
  for (let n = 0; n < WIDTH * HEIGHT; n++) {
    const place = mixer.places.subarray(PLACE_BYTES * n, PLACE_BYTES * (n + 1)), x = n % WIDTH;
    for (const k of [0, 1, 2, 5, 6, 7]) place[k] = 256 * next();
    place[3] = x < PERSON ? 255 : Math.max(0, 255 - 20 * (x - PERSON));
    place[4] = n % 11 === 0 && place[3] === 0 ? 0 : 255 * Math.max(place[3] / 255, next());
  }
  return mixer;
}

/** Every row of a picture of noise, mixed. @param shift what columns and rows are shifted by */
function mixed(mixer: BackgroundMixer, shift: (x: number, row: number) => readonly [number, number]): { readonly before: Uint8ClampedArray; readonly out: Uint8ClampedArray } {
  const next = numbers(6), before = Uint8ClampedArray.from({ length: 3 * WIDTH * HEIGHT }, () => 256 * next()), out = before.slice();
  for (let row = 0; row < HEIGHT; row++) {
    const shifts = Float32Array.from({ length: 2 * WIDTH }, (_, i) => shift(i >> 1, row)[i % 2]);
    mixer.mix(shifts, row, FROM, TO, out, 3 * (row * WIDTH + FROM));
  }
  return { before, out };
}

for (const [name, Mixer, skip] of mixers) {
  describe(`${name} mixer`, { skip }, () => {
    it("leaves what has not moved, and what comes from where the person is alone, as it came", () => {
      const still = mixed(filled(new Mixer(WIDTH, HEIGHT)), () => [0, 0]), far = mixed(filled(new Mixer(WIDTH, HEIGHT)), (x) => [PERSON - 2.5 - x, 0.4]);
      assert.deepEqual(still.out, still.before);
      assert.deepEqual(far.out, far.before);
    });

    it("puts the background of a place, and the texture that was hidden where it came from, where nothing of the person is", () => {
      const mixer = new Mixer(WIDTH, HEIGHT);
      for (let n = 0; n < WIDTH * HEIGHT; n++) mixer.places.set(n % WIDTH < 20 ? [10, 20, 30, 0, 51, 128, 128, 128] : [110, 90, 70, 0, 255, 148, 118, 138], PLACE_BYTES * n);
      const { before, out } = mixed(mixer, (x) => (x < 20 ? [0, 0] : [-15, 0]));
      for (let row = 0; row < HEIGHT; row++) {
        for (let x = 0; x < WIDTH; x++) {
          const at = 3 * (row * WIDTH + x), moved = x >= 20 && x < TO;
          // A fifth of it was filled in where it came from: four fifths of the texture come out.
          const expected = moved ? [100 + 16, 70 - 8, 40 + 8].map((more, c) => Math.min(255, Math.max(0, before[at + c] + more))) : [...before.subarray(at, at + 3)];
          assert.deepEqual([...out.subarray(at, at + 3)], expected, `(${x}, ${row})`);
        }
      }
    });
  });
}

it("SIMD and script differ by rounding only, also where it comes from beyond the box", { skip: mixers[1][2] }, () => {
  const next = numbers(7), shifts = Array.from({ length: 2 * WIDTH * HEIGHT }, () => 30 * next() - 15);
  const shift = (x: number, row: number) => [shifts[2 * (row * WIDTH + x)], shifts[2 * (row * WIDTH + x) + 1]] as const;
  const [script, simd] = [ScriptMixer, SimdMixer].map((Mixer) => mixed(filled(new Mixer(WIDTH, HEIGHT)), shift));
  const off = [...simd.out].map((value, i) => Math.abs(value - script.out[i])), changed = [...script.out].filter((value, i) => value !== script.before[i]).length;
  assert.ok(changed > 1000, `${changed} bytes changed`);
  assert.ok(Math.max(...off) <= 1 && off.filter((levels) => levels > 0).length < 0.002 * off.length, `${Math.max(...off)} levels, ${off.filter((levels) => levels > 0).length} times`);
});

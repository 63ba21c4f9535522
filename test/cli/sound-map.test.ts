import assert from "node:assert/strict";
import { test } from "node:test";
import { readSoundMap } from "../../src/cli/sound-map.js";

test("-map chooses a sound track, the usual one, or none", () => {
  assert.deepEqual(readSoundMap([]), {});
  assert.deepEqual(readSoundMap(["0:v", "0:a:1"]), { soundTrack: 1 });
  assert.deepEqual(readSoundMap(["a:0?"]), { soundTrack: 0 });
  assert.deepEqual(readSoundMap(["0:v:0", "0:a?"]), {});
  assert.deepEqual(readSoundMap(["0:v"]), { audio: false });
});

test("other streams, other inputs and two sound tracks are refused", () => {
  for (const maps of [["0:s"], ["1:a"], ["0:v:1"], ["0:3"], ["[out]"], ["0:a:0", "0:a:1"]]) assert.throws(() => readSoundMap(maps), { code: "USAGE" }, maps.join());
});

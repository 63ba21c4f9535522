import assert from "node:assert/strict";
import { test } from "node:test";
import { SOUND_RATE } from "../../src/client/index.js";
import { SoundClock } from "../../src/server/page/sound-clock.js";
import { soundBudget, soundCost } from "../../src/server/sound-budget.js";
import { SoundDelay } from "../../src/server/sound-delay.js";
import { SoundTrack } from "../../src/server/sound-track.js";

const piece = (length: number, value: number) => new Int16Array(length).fill(value);

test("sound is read at its time, to the sample; what is not known is silence, and what was read is gone", () => {
  const track = new SoundTrack();
  track.add(1000, piece(480, 7));
  track.add(1010, piece(480, 8)); // goes on without a gap
  track.add(1030, piece(480, 9)); // ten milliseconds are missing
  const read = [...track.read(995, 45 * 48)];
  assert.deepEqual([0, 239, 240, 719, 720, 1199, 1200, 1679, 1680, 2159].map((n) => read[n]), [0, 0, 7, 7, 8, 8, 0, 0, 9, 9]);
  assert.ok(track.read(1000, 480).every((sample) => sample === 0));
  track.add(1005, piece(480, 5));
  assert.ok(track.read(1000, 960).every((sample) => sample === 0), "what comes after its time is not heard later");
});

test("a track holds three seconds whatever comes, and begins anew where the clock jumps", () => {
  const track = new SoundTrack();
  for (let time = 0; time < 10_000; time += 100) track.add(time, piece(4800, 1 + time / 100));
  const read = track.read(0, 10 * SOUND_RATE);
  assert.equal(read.findIndex((sample) => sample !== 0), 7 * SOUND_RATE);
  assert.equal(read.at(-1), 100);
  track.add(500, piece(480, 3));
  assert.equal(track.read(500, 480)[0], 3, "an earlier clock");
  track.add(9e9, piece(480, 4));
  assert.equal(track.read(9e9, 480)[479], 4, "a much later one");
  track.add(-1000, piece(480, 6));
  assert.equal(track.read(-1000, 480)[479], 6, "one before its own beginning");
});

test("the delay follows the pictures' in steps, not with every picture", () => {
  const delay = new SoundDelay();
  assert.equal(delay.now, undefined);
  for (let n = 0; n < 50; n++) delay.note(80 + (n % 2 === 0 ? 10 : -10));
  assert.equal(delay.now, 90);
  for (let n = 0; n < 50; n++) delay.note(200);
  assert.ok(Math.abs(delay.now! - 200) <= 15, `${delay.now}`);
  delay.forget();
  assert.equal(delay.now, undefined);
});

test("a piece's time is that of those which arrive quickest, and does not move with every one", () => {
  const clock = new SoundClock(), told: number[] = [];
  for (let n = 1; n <= 500; n++) told.push(clock.offset(20 * n, 5000 + 20 * n + [3, 40, 9, 0][n % 4]));
  assert.ok(told.slice(4).every((offset) => Math.abs(offset - 5000) <= 10), `${told.slice(4).find((offset) => Math.abs(offset - 5000) > 10)}`);
  assert.ok(new Set(told).size <= 3, "jumps are heard");
  const changes = new Set<number>();
  for (let n = 1; n <= 500; n++) changes.add(clock.offset(10_000 + 20 * n, 15_050 + 20 * n));
  assert.ok(Math.abs([...changes].at(-1)! - 5050) <= 60, "and follows a clock that was set, in time");
});

test("as much sound as can be heard passes, short pieces count for more, and what is more does not", () => {
  const budget = soundBudget(0), passed = (length: number, every: number, seconds: number, from: number) => {
    let count = 0;
    for (let now = from; now < from + 1000 * seconds; now += every) if (budget.take(now, soundCost(piece(length, 0)))) count++;
    return count;
  };
  assert.equal(passed(960, 20, 10, 0), 500);
  assert.ok(passed(960, 5, 10, 10_000) < 620, "four times as much");
  assert.ok(passed(1, 1, 10, 30_000) < 2500, "a thousand pieces a second");
});

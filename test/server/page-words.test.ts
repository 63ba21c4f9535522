import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE } from "../../src/client/index.js";
import { SomeSettings } from "../../src/server/live-settings.js";
import { CAMERA_GONE, describeCameraError } from "../../src/server/page/camera-trouble.js";
import { completeDriverSettings, validDriverSettings } from "../../src/server/page/driver-settings.js";
import { FaceWatch } from "../../src/server/page/face-watch.js";
import { noticeFor, type Situation } from "../../src/server/page/notice.js";
import { readPageOptions } from "../../src/server/page/page-options.js";

const FINE: Situation = { state: "open", lost: undefined, refused: undefined, retryIn: 0, photo: true, camera: true, trouble: undefined, opening: undefined, live: true, paused: false };

test("every reason of the server is told, with when it is tried again and a way to do so now", () => {
  const told = (code: number, reason = "", state: Situation["state"] = "waiting") => noticeFor({ ...FINE, state, lost: { code, reason }, retryIn: 1600, live: false });
  const full = told(CLOSE.full, "all sessions are taken, come back later");
  assert.deepEqual([full.title, full.action, full.dot], ["The server is full", "retry", "waiting"]);
  assert.match(full.text!, /all sessions are taken.*Trying again in 2 s\.$/);
  assert.match(told(CLOSE.goingAway, "the server ends").title!, /ended/);
  assert.match(told(CLOSE.internal).title!, /broke/);
  assert.match(told(1006).title!, /cannot be reached/);
  assert.match(told(1006, "", "connecting").text!, /Trying again now\.$/);
  assert.deepEqual([told(CLOSE.idle, "", "asleep").status, told(CLOSE.idle, "", "asleep").action], ["Asleep", "retry"]);
  const refused = noticeFor({ ...FINE, state: "closed", refused: "The server refused: no." });
  assert.deepEqual([refused.dot, refused.text, refused.action], ["failed", "The server refused: no.", "reload"]);
});

test("the first thing that stands in the way is told; nothing covers a picture that lives", () => {
  assert.deepEqual(noticeFor(FINE), { dot: "live", status: "Live" });
  assert.equal(noticeFor({ ...FINE, live: false }).title, undefined);
  assert.equal(noticeFor({ ...FINE, photo: false, trouble: CAMERA_GONE }).action, "photo");
  assert.equal(noticeFor({ ...FINE, camera: false }).action, "camera");
  assert.equal(noticeFor({ ...FINE, state: "connecting", live: false }).status, "Connecting");
});

test("why there is no camera is told, also in the title; while the browser asks, the person is told where", () => {
  const told = (name: string, secure = true) => noticeFor({ ...FINE, camera: false, live: false, trouble: describeCameraError(new DOMException("Bad", name), secure) });
  for (const [name, title, text] of [
    ["NotAllowedError", /not allowed/, /beside the address/], ["NotFoundError", /No camera/, /Connect one/], ["OverconstrainedError", /No camera/, /Connect one/],
    ["NotReadableError", /in use/, /Close it there/], ["AbortError", /cannot be opened/, /Bad/],
  ] as const) {
    const { status, title: said, text: words, action, dot } = told(name);
    assert.match(said!, title);
    assert.match(words!, text);
    assert.deepEqual([status, action, dot], ["No camera", "camera", "failed"]);
  }
  assert.match(told("NotAllowedError", false).text!, /https:/);
  const opening = (how: Situation["opening"]) => noticeFor({ ...FINE, camera: false, live: false, opening: how, trouble: CAMERA_GONE });
  assert.match(opening("asking").title!, /May this page/);
  assert.equal(opening("asking").action, undefined);
  assert.deepEqual(opening("starting"), { dot: "waiting", status: "Starting the camera" }, "it takes a moment, and covers nothing");
  assert.equal(opening(undefined).title, CAMERA_GONE.title);
});

test("a face that is not seen, too dark, too far or not alone is told when it lasts, and no longer when it is over", () => {
  const watch = new FaceWatch();
  const run = (from: number, face: boolean, ms = 1500) => { for (let now = from; now <= from + ms; now += 100) watch.answered(face, now); };
  run(0, true);
  assert.equal(watch.advice, undefined);
  run(2000, false, 900);
  assert.equal(watch.advice, undefined, "a blink of the tracker is not told");
  run(3000, false);
  assert.match(watch.advice!, /can't see your face/);
  assert.equal(watch.blind, true);
  watch.note({ light: 20 });
  run(5000, false);
  assert.match(watch.advice!, /dark/);
  watch.note({ light: 120, faces: 2, height: 0.4 });
  run(7000, true);
  assert.match(watch.advice!, /Several people/);
  assert.equal(watch.blind, false);
  watch.note({ faces: 1, height: 0.08 });
  run(9000, true);
  assert.match(watch.advice!, /come closer/);
  watch.note({ height: 0.4 });
  run(11_000, true);
  assert.equal(watch.advice, undefined);
});

test("what was chosen last is asked for again; the URL has the last word, and others' view of a clean page is the URL's alone", () => {
  const last = { view: "face", mirror: false, mark: false, sound: false, camera: "abc" };
  const options = readPageOptions({ search: "?view=photo", hash: "#token=t" }, last);
  assert.deepEqual([options.view, options.driver, options.mirror, options.mark, options.sound, options.lastCamera, options.token], ["composite", {}, false, false, false, "abc", "t"]);
  const clean = readPageOptions({ search: "?clean", hash: "" }, last);
  assert.deepEqual([clean.view, clean.driver, clean.mark, clean.mirror], ["composite", {}, true, false]);
  const asked = readPageOptions({ search: "?strength=1.2&head=still&head-strength=9&gaze=photo&expression=angry", hash: "" });
  assert.deepEqual(asked.driver, { strength: 1.2, head: "still", gaze: "photo" }, "what is no setting counts as not there");
});

test("what a camera is remembered by is complete, and nothing that a server would hang up on", () => {
  const rest = { head: { yaw: 3, pitch: -2, roll: 0 }, gaze: { x: 0.1, y: 0 }, weights: Array<number>(51).fill(0.1) };
  const settings = { strength: 0.7, head: "still", headStrength: 0.5, gaze: "photo", expression: "absolute", rest } as const;
  assert.deepEqual(validDriverSettings(JSON.parse(JSON.stringify(settings))), settings);
  assert.deepEqual(SomeSettings.parse(settings), settings);
  for (const bad of [null, "x", 3, [], { strength: "1" }, { strength: 2 }, { head: "up" }, { rest: {} }, { rest: { ...rest, weights: [1] } }, { rest: { ...rest, head: undefined } }, { view: "face" }]) {
    assert.deepEqual(validDriverSettings(bad), {}, JSON.stringify(bad));
  }
  assert.deepEqual(completeDriverSettings({ strength: 0.2 }, { strength: 1.4, gaze: "photo" }), { strength: 0.2, head: "follow", headStrength: 1, gaze: "photo", expression: "relative", rest: null });
});

test("a pause is told as one, with the way out of it, also when the server has hung up meanwhile", () => {
  for (const state of ["open", "asleep"] as const) {
    const said = noticeFor({ ...FINE, state, lost: state === "asleep" ? { code: CLOSE.idle, reason: "" } : undefined, live: false, paused: true });
    assert.deepEqual([said.status, said.action], ["Paused", "resume"]);
  }
  assert.equal(noticeFor({ ...FINE, state: "waiting", lost: { code: 1006, reason: "" }, paused: true }).action, "retry", "a server that is gone comes first");
});

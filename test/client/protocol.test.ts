import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeDrops, decodeJson, decodeMessage, decodeMovedCrop, decodeResult, DROP_CAUSES, encodeDrops, encodeJson, encodeMessage, encodeMovedCrop, encodeResult, HEADER_BYTES, Kind,
} from "../../src/client/protocol.js";

test("a message comes out as it went in, its payload without a copy", () => {
  const payload = Uint8Array.of(1, 2, 3);
  const bytes = encodeMessage(Kind.frame, { variant: 4, sequence: 0xfedcba98, time: 123456.789, payload });
  assert.equal(bytes.length, HEADER_BYTES + 3);
  const message = decodeMessage(bytes);
  assert.deepEqual(message, { kind: Kind.frame, variant: 4, sequence: 0xfedcba98, time: 123456.789, payload });
  assert.equal(message.payload.buffer, bytes.buffer);
});

test("the header lies as it is described", () => {
  const bytes = encodeMessage(Kind.ack, { sequence: 258, time: 1 });
  assert.deepEqual([...bytes], [0x52, 1, 5, 0, 0, 0, 1, 2, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0]);
});

test("a message within a larger buffer is read from where it begins", () => {
  const inner = encodeMessage(Kind.photo, { sequence: 7, payload: Uint8Array.of(9) });
  const outer = new Uint8Array(inner.length + 11);
  outer.set(inner, 5);
  assert.deepEqual(decodeMessage(outer.subarray(5, 5 + inner.length)), decodeMessage(inner));
});

const whole = encodeMessage(Kind.frame, { variant: 1, sequence: 1, time: 1 });
const changed = (index: number, ...values: number[]) => {
  const bytes = whole.slice();
  bytes.set(values, index);
  return bytes;
};
for (const [what, bytes] of Object.entries({
  "nothing": new Uint8Array(0), "a part of a header": whole.subarray(0, HEADER_BYTES - 1), "another beginning": changed(0, 0x53), "another version": changed(1, 2),
  "an unknown kind": changed(2, 0x7f), "a time that is no number": changed(8, 0x7f, 0xf8), "an infinite time": changed(8, 0x7f, 0xf0),
})) {
  test(`refused with one sentence: ${what}`, () => {
    assert.throws(() => decodeMessage(bytes), { name: "ReenactError", code: "PROTOCOL", message: /^Expected [^\n]+\.$/ });
  });
}

test("JSON comes out as it went in, and what is none is refused", () => {
  const value = { settings: { strength: 1.25 }, text: "äß☺" };
  assert.deepEqual(decodeJson(decodeMessage(encodeJson(Kind.hello, value))), value);
  for (const payload of [Buffer.from("{"), Uint8Array.of(0x22, 0xff, 0x22), new Uint8Array(0)]) {
    assert.throws(() => decodeJson(decodeMessage(encodeMessage(Kind.hello, { payload }))), { code: "PROTOCOL" });
  }
});

test("a result's figures come out within a twentieth of a millisecond, and hold what they can", () => {
  const stages = { wait: 0, decode: 2.34, landmarks: 15.06, generate: 17.5, compose: 1e9, encode: -1 };
  const { jpeg, ...head } = decodeResult(encodeResult({ face: true, width: 720, height: 405, beside: 540, batch: 300, stages }, Uint8Array.of(0xff, 0xd8)));
  assert.deepEqual(head, {
    face: true, width: 720, height: 405, beside: 540, batch: 255, stages: { wait: 0, decode: 2.3, landmarks: 15.1, generate: 17.5, compose: 6553.5, encode: 0 },
  });
  assert.deepEqual([...jpeg], [0xff, 0xd8]);
  assert.throws(() => decodeResult(new Uint8Array(19)), { code: "PROTOCOL" });
});

test("drops come out as they went in, every cause of them; others are refused", () => {
  const drops = DROP_CAUSES.map((cause, i) => ({ sequence: 0xfffffff0 + i, cause }));
  assert.deepEqual(decodeDrops(encodeDrops(drops)), drops);
  assert.throws(() => decodeDrops(new Uint8Array(4)), { code: "PROTOCOL" });
  assert.throws(() => decodeDrops(Uint8Array.of(0, 0, 0, 1, DROP_CAUSES.length)), { code: "PROTOCOL" });
});

test("a moved crop is its face's motion and a picture", () => {
  const motion = { head: { yaw: 12.5, pitch: -3, roll: 0.25 }, look: { x: 0.125, y: -0.0625, open: 0.25 }, mouth: 0.5 }, picture = Uint8Array.of(1, 2, 3);
  const payload = encodeMovedCrop(motion, picture);
  assert.deepEqual(decodeMovedCrop(payload), { motion, picture });
  assert.equal(decodeMovedCrop(payload.subarray(0, 27)), undefined);
  for (const bad of [NaN, Infinity, 1e9]) assert.equal(decodeMovedCrop(encodeMovedCrop({ ...motion, mouth: bad }, picture)), undefined);
});

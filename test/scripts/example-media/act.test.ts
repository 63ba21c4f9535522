import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expressionAt, headAt, SECONDS } from "../../../scripts/example-media/act.js";

const FPS = 30, FRAMES = SECONDS * FPS;
const silence = { loudness: 0, brightness: 0 };

describe("expressionAt", () => {
  it("opens the jaw with the voice and shuts it in silence", () => {
    const jaw = (loudness: number) => expressionAt(1.2, { loudness, brightness: 0 }).jawOpen;
    assert.equal(jaw(0), 0);
    assert.ok(jaw(1) > jaw(0.5) && jaw(0.5) > 0.2, `${jaw(0.5)}, ${jaw(1)}`);
  });

  it("stays within 0…1 and never jumps", () => {
    let before = expressionAt(0, silence);
    for (let i = 0; i <= FRAMES; i++) {
      const now = expressionAt(i / FPS, silence);
      for (const [name, weight] of Object.entries(now)) {
        assert.ok(weight >= 0 && weight <= 1, `${name} is ${weight}`);
        // A blink is the fastest thing a face does: closed within three frames.
        const most = name.startsWith("eyeBlink") ? 0.65 : 0.2;
        assert.ok(Math.abs(weight - (before[name] ?? 0)) < most, `${name} jumps at frame ${i}`);
      }
      before = now;
    }
  });

  it("smiles, is surprised and blinks within the act", () => {
    const largest: Record<string, number> = {};
    for (let i = 0; i < FRAMES; i++) {
      for (const [name, weight] of Object.entries(expressionAt(i / FPS, silence))) largest[name] = Math.max(largest[name] ?? 0, weight);
    }
    for (const name of ["mouthSmileLeft", "browInnerUp", "eyeWideRight", "eyeBlinkLeft"]) assert.ok(largest[name] > 0.7, `${name}: ${largest[name]}`);
  });
});

describe("headAt", () => {
  it("keeps the head near its place and moves it smoothly", () => {
    let before = headAt(0);
    for (let i = 0; i <= FRAMES; i++) {
      const now = headAt(i / FPS);
      assert.ok(Math.hypot(now.x, now.y) < 0.03 && Math.abs(now.roll) < 0.06 && Math.abs(now.yaw) < 0.12 && Math.abs(now.zoom - 1) < 0.03);
      assert.ok(Math.hypot(now.x - before.x, now.y - before.y) < 0.004, `jumps at frame ${i}`);
      before = now;
    }
  });
});

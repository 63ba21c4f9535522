import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hearVoice } from "../../../scripts/example-media/voice.js";

const RATE = 8000, FPS = 30;

/** A tone between two times, silence elsewhere. */
function tone(samples: Float32Array, hertz: number, from: number, to: number, amplitude = 0.5): void {
  for (let i = Math.round(from * RATE); i < to * RATE; i++) samples[i] = amplitude * Math.sin((2 * Math.PI * hertz * i) / RATE);
}

describe("hearVoice", () => {
  it("is loud where the sound is, silent elsewhere, and neither leads nor lags", () => {
    const samples = new Float32Array(2 * RATE);
    tone(samples, 300, 0.8, 1.2);
    const loudness = hearVoice(samples, RATE, 2 * FPS, FPS).map((frame) => frame.loudness);
    assert.ok(loudness[FPS] > 0.9);
    for (const frame of [0, 15, 45, 59]) assert.ok(loudness[frame] < 1e-3, `frame ${frame}: ${loudness[frame]}`);
    for (let k = 1; k < 20; k++) assert.ok(Math.abs(loudness[FPS - k] - loudness[FPS + k]) < 0.02, `${k} frames round the middle`);
  });

  it("hears soft sounds more than in proportion", () => {
    const samples = new Float32Array(2 * RATE);
    tone(samples, 300, 0.2, 0.8);
    tone(samples, 300, 1.2, 1.8, 0.1);
    const heard = hearVoice(samples, RATE, 2 * FPS, FPS);
    assert.ok(heard[45].loudness > 0.25 && heard[45].loudness < 0.4, `${heard[45].loudness}`);
  });

  it("tells dark sounds from bright ones", () => {
    const samples = new Float32Array(2 * RATE);
    tone(samples, 250, 0.2, 0.8);
    tone(samples, 2500, 1.2, 1.8);
    const heard = hearVoice(samples, RATE, 2 * FPS, FPS);
    assert.ok(heard[15].brightness < -0.4 && heard[45].brightness > 0.4, `${heard[15].brightness}, ${heard[45].brightness}`);
  });

  it("takes silence for silence", () => {
    for (const { loudness, brightness } of hearVoice(new Float32Array(RATE), RATE, FPS, FPS)) {
      assert.equal(loudness, 0);
      assert.equal(brightness, 0);
    }
  });
});

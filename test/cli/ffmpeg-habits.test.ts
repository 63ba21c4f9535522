import assert from "node:assert/strict";
import { test } from "node:test";
import { ffmpegHabits } from "../../src/cli/ffmpeg-habits.js";

test("ffmpeg's options of one dash become options of two", () => {
  assert.deepEqual(
    ffmpegHabits(["run", "-ss", "1:30", "-to", "2:00", "-i", "in.mp4", "-an", "-crf", "20", "-preset", "fast", "-y", "out.mp4"]),
    ["run", "--ss", "1:30", "--to", "2:00", "-i", "in.mp4", "--no-audio", "--crf", "20", "--preset", "fast", "-y", "out.mp4"],
  );
});

test("what chooses streams, rates and encoders is spelt as ffmpeg does too", () => {
  assert.deepEqual(ffmpegHabits(["-framerate", "10", "-map", "0:a:1", "-c:v", "libx264", "-vcodec", "mpeg4", "-t", "2", "-r", "10"]),
    ["--framerate", "10", "--map", "0:a:1", "--encoder", "libx264", "--encoder", "mpeg4", "-t", "2", "-r", "10"]);
});

test("a device is named as ffmpeg names it; -f is the output's format else", () => {
  assert.deepEqual(ffmpegHabits(["run", "-f", "v4l2", "-i", "/dev/video0", "-f", "mp4", "-"]), ["run", "-i", "v4l2:/dev/video0", "-f", "mp4", "-"]);
  assert.deepEqual(ffmpegHabits(["run", "-f", "x11grab", "-framerate", "30", "-i", ":0.0", "a.mp4"]), ["run", "--framerate", "30", "-i", "x11grab::0.0", "a.mp4"]);
  for (const args of [["run", "-f", "mp4", "-i", "a.mkv", "-"], ["run", "-i", "a.mkv", "-f", "v4l2"], ["run", "-f", "v4l2"]]) assert.deepEqual(ffmpegHabits(args), args);
});

test("options that are spelt out, values and file names stay", () => {
  const args = ["run", "--ss", "1", "-", "ss", "-ssx", "a-to.mp4"];
  assert.deepEqual(ffmpegHabits(args), args);
});

test("what comes after -- is nobody's option", () => {
  assert.deepEqual(ffmpegHabits(["-ss", "1", "--", "-ss", "-an"]), ["--ss", "1", "--", "-ss", "-an"]);
});

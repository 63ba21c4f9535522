import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { mediaTools, parseEncoders, parseFilters, parseMuxers, parseVersion } from "../../src/streams/ffmpeg-path.js";
import { assertFails, everyToolSet, temporaryFolder } from "./media.js";

const before = { ...process.env };
afterEach(() => {
  for (const name of ["PATH", "FFMPEG_PATH", "FFPROBE_PATH"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

test("both programs are found, run, and know their encoders", async () => {
  for (const { tools } of await everyToolSet()) {
    assert.ok(tools.ffmpeg.version.length > 0 && tools.ffprobe.version.length > 0);
    assert.ok(tools.ffmpeg.codecVersion[0] >= 58);
    const encoders = await tools.ffmpeg.encoders();
    for (const name of ["libx264", "mpeg4", "aac", "gif"]) assert.ok(encoders.has(name), name);
    assert.equal(encoders.has("="), false);
    assert.equal(await tools.ffmpeg.encoders(), encoders, "asked once");
    const filters = await tools.ffmpeg.filters();
    for (const name of ["scale", "transpose", "trim"]) assert.ok(filters.has(name), name);
  }
  assert.equal(mediaTools(), mediaTools(), "found once");
});

test("without a PATH the binaries of the npm packages are used", async () => {
  process.env["PATH"] = "";
  const tools = await mediaTools();
  assert.deepEqual([tools.ffmpeg.origin, tools.ffprobe.origin], ["npm", "npm"]);
});

test("a binary of the npm packages that their install scripts have not made executable is made so", async () => {
  process.env["PATH"] = "/nonexistent";
  const { ffmpeg, ffprobe } = await mediaTools();
  for (const { path } of [ffmpeg, ffprobe]) await chmod(path, 0o644);
  process.env["PATH"] = "/nonexistent/either";
  const { encoders, decodable, filters, muxers } = (await mediaTools()).ffmpeg;
  assert.deepEqual(await mediaTools(), { ffmpeg: { ...ffmpeg, encoders, decodable, filters, muxers }, ffprobe });
});

test("a program on the PATH that does not run is passed over; one that is named must run", async () => {
  const folder = await temporaryFolder();
  for (const name of ["ffmpeg", "ffprobe"]) {
    await writeFile(join(folder, name), "#!/bin/sh\nexit 1\n");
    await chmod(join(folder, name), 0o755);
  }
  process.env["PATH"] = folder;
  assert.equal((await mediaTools()).ffmpeg.origin, "npm");
  process.env["FFMPEG_PATH"] = join(folder, "ffmpeg");
  await assertFails(mediaTools(), "FFMPEG_MISSING", /FFMPEG_PATH/);
  process.env["FFMPEG_PATH"] = join(folder, "nothing");
  await assertFails(mediaTools(), "FFMPEG_MISSING", /nothing/);
});

test("versions and encoders are read off what the programs print", () => {
  const text = "ffmpeg version N-47683-g0e8eb07980-static https://x  Copyright\nlibavutil      56. 24.101 / 56. 24.101\nlibavcodec     58. 42.100 / 58. 42.100\n";
  assert.deepEqual(parseVersion(text), { version: "N-47683-g0e8eb07980-static", codecVersion: [58, 42] });
  assert.equal(parseVersion("GNU bash, version 5"), undefined);
  const list = "Encoders:\n V..... = Video\n ------\n V....D libx264              libx264 H.264\n A....D aac                  AAC\n";
  assert.deepEqual([...parseEncoders(list)], ["libx264", "aac"]);
  const filters = "Filters:\n  T.. = Timeline support\n ... anull            A->A       Pass.\n TSC scale            V->V       Scale.\n .. tonemap          V->V       Map.\n";
  assert.deepEqual([...parseFilters(filters)], ["scale", "tonemap"]);
  const muxers = " .E. = Muxing supported\n ---\n  E mp4             MP4\n DE mpegts          MPEG-TS\n D  mpegvideo       raw\n  Ed video4linux2,v4l2 Output device\n  E  whip            WHIP\n";
  assert.deepEqual([...parseMuxers(muxers)], ["mp4", "mpegts", "video4linux2", "v4l2", "whip"]);
});

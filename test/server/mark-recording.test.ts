import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { markMp4, markWebm } from "../../src/server/page/mark-recording.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { ffmpegRun } from "./camera-clip.js";

let folder: string;
before(async () => { folder = await mkdtemp(join(tmpdir(), "reenact-mark-")); });
after(() => rm(folder, { recursive: true, force: true }));

interface Probed {
  readonly format: { readonly duration?: string; readonly tags?: Record<string, string> };
  readonly streams: readonly { readonly nb_read_packets: string }[];
}

async function probe(path: string): Promise<Probed> {
  const { ffprobe } = await mediaTools();
  const { stdout } = await promisify(execFile)(ffprobe.path, ["-v", "error", "-show_format", "-show_streams", "-count_packets", "-of", "json", path]);
  return JSON.parse(stdout) as Probed;
}

const bytesOf = async (path: string) => new Uint8Array(await readFile(path));

test("a browser's WebM, of unknown length, is told how long it is and that it is synthetic; its packets stay", async () => {
  const [live, marked] = ["live.webm", "marked.webm"].map((name) => join(folder, name));
  await ffmpegRun("-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10", "-f", "lavfi", "-i", "sine", "-t", "2.5", "-c:v", "libvpx", "-c:a", "libopus", "-f", "webm", "-live", "1", live);
  assert.equal((await probe(live)).format.duration, undefined);
  await writeFile(marked, markWebm(await bytesOf(live), 2.5));
  const { format, streams } = await probe(marked);
  assert.equal(Number(format.duration), 2.5);
  assert.match(JSON.stringify(format.tags), /trainedAlgorithmicMedia/);
  assert.deepEqual(streams.map(({ nb_read_packets }) => nb_read_packets), (await probe(live)).streams.map(({ nb_read_packets }) => nb_read_packets));
});

test("an MP4 gets the mark at its end and plays as before; what is no such file stays as it is", async () => {
  const [plain, marked] = ["plain.mp4", "marked.mp4"].map((name) => join(folder, name));
  await ffmpegRun("-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-c:v", "mpeg4", plain);
  await writeFile(marked, markMp4(await bytesOf(plain)));
  assert.deepEqual((await probe(marked)).streams.length, 1);
  assert.match((await readFile(marked)).toString("latin1"), /uuid.{16}<x:xmpmeta.*trainedAlgorithmicMedia/s);
  const seekable = join(folder, "seekable.webm");
  await ffmpegRun("-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-c:v", "libvpx", seekable);
  const whole = await bytesOf(seekable);
  assert.deepEqual(markWebm(whole, 9), whole, "a file that knows its length needs nothing");
});

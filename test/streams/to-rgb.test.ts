import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openDecoder, type DecodeOptions } from "../../src/streams/decode.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { probeVideo } from "../../src/streams/probe.js";
import { needsMapping } from "../../src/streams/screen-map.js";
import { colourNote } from "../../src/streams/to-rgb.js";
import { everyToolSet, ffmpeg, temporaryFolder } from "./media.js";

/*
 * Pictures of known colours, their numbers worked out here from the standards: ITU-R BT.601, BT.709 and BT.2020 (matrices, primaries),
 * BT.2100 (PQ, HLG), BT.1886 (screens), BT.2408 (white of SDR at 203 cd/m²).
 */

const folder = await temporaryFolder(), maker = await mediaTools(), toolSets = await everyToolSet();

type Rgb = readonly [number, number, number];
/**
 * Codes 0…255 on a screen of BT.709. All are darker than half of white: tone mapping leaves them alone. None is so pure that ten bits of
 * PQ in BT.2020 miss it by more than a level or two.
 */
const PATCHES: readonly Rgb[] = [[180, 120, 95], [120, 75, 60], [185, 50, 55], [70, 150, 70], [60, 70, 170], [120, 120, 120], [16, 16, 16], [0, 0, 0]];
/** Each patch is so large, pixels; they stand side by side. */
const SIDE = 32;

const LUMA = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] } as const;

interface Coding {
  readonly matrix: keyof typeof LUMA;
  readonly bits: 8 | 10;
  readonly full: boolean;
  /** What R′G′B′ 0…1 stand for this screen's code: nothing but themselves when left out. */
  readonly signal?: (rgb: Rgb) => Rgb;
}

function yuvOf([r, g, b]: Rgb, { matrix, bits, full }: Coding): Rgb {
  const [kr, kb] = LUMA[matrix], y = kr * r + (1 - kr - kb) * g + kb * b, cb = (b - y) / (2 - 2 * kb), cr = (r - y) / (2 - 2 * kr), step = 2 ** (bits - 8);
  const chroma = (value: number) => (full ? value * (2 ** bits - 1) : 224 * step * value) + 128 * step;
  return [full ? y * (2 ** bits - 1) : step * (219 * y + 16), chroma(cb), chroma(cr)];
}

/** Patches side by side as planes of 4:2:0, so many frames. */
function raw(patches: readonly Rgb[], coding: Coding, frames: number): Buffer {
  const codes = patches.map((rgb) => yuvOf(coding.signal?.(rgb) ?? rgb, coding).map(Math.round)), bytes = coding.bits === 8 ? 1 : 2;
  const plane = (channel: number, side: number) => {
    const data = Buffer.alloc(patches.length * side * side * bytes), width = patches.length * side;
    for (let i = 0; i < width * side; i++) {
      const value = codes[Math.floor((i % width) / side)][channel];
      if (bytes === 1) data.writeUInt8(value, i);
      else data.writeUInt16LE(value, 2 * i);
    }
    return data;
  };
  return Buffer.concat(Array.from({ length: frames }, () => [plane(0, SIDE), plane(1, SIDE / 2), plane(2, SIDE / 2)]).flat());
}

const product = (rows: readonly Rgb[], [r, g, b]: Rgb) => rows.map(([x, y, z]) => x * r + y * g + z * b) as unknown as Rgb;
const each = (rgb: Rgb, change: (value: number) => number) => rgb.map(change) as unknown as Rgb;

/** Linear BT.709 in the primaries of BT.2020 (BT.2087), and in those of P3 with the white D65. */
const TO_2020: readonly Rgb[] = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.088, 0.8956]];
const TO_P3: readonly Rgb[] = [[0.8225, 0.1775, 0], [0.0332, 0.9668, 0], [0.0171, 0.0724, 0.9105]];

const linear = (rgb: Rgb) => each(rgb, (code) => code ** 2.4);
const pq = (nits: number) => {
  const power = (nits / 10_000) ** (2610 / 16384);
  return ((3424 / 4096 + (2413 / 128) * power) / (1 + (2392 / 128) * power)) ** (2523 / 32);
};
/** On a screen of 1,000 cd/m². */
const hlg = (light: Rgb) => {
  const y = 0.2627 * light[0] + 0.678 * light[1] + 0.0593 * light[2], a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * Math.log(4 * a);
  const scene = each(light, (value) => (y === 0 ? 0 : y ** (1 / 1.2 - 1) * value));
  return each(scene, (value) => (value <= 1 / 12 ? Math.sqrt(3 * value) : a * Math.log(12 * value - b) + c));
};

const toPq = (light: Rgb) => each(product(TO_2020, light), (value) => pq(203 * value));
const toHlg = (light: Rgb) => hlg(each(product(TO_2020, light), (value) => 0.203 * value));

const tags = (space: string, primaries: string, transfer: string) => ["-colorspace", space, "-color_primaries", primaries, "-color_trc", transfer];
const HEVC = ["-c:v", "libx265", "-x265-params", "lossless=1:log-level=error", "-tag:v", "hvc1"], FFV1 = ["-c:v", "ffv1"];
const H264 = ["-c:v", "libx264", "-qp", "0"];

const CODINGS: Readonly<Record<string, { coding: Coding; options: readonly string[]; note?: RegExp }>> = {
  "bt601.mp4": { coding: { matrix: "bt601", bits: 8, full: false }, options: [...H264, ...tags("smpte170m", "smpte170m", "smpte170m")] },
  "bt601-untagged.mp4": { coding: { matrix: "bt601", bits: 8, full: false }, options: H264 },
  "bt601-full.mp4": { coding: { matrix: "bt601", bits: 8, full: true }, options: [...H264, ...tags("smpte170m", "smpte170m", "smpte170m")] },
  "bt709.mp4": { coding: { matrix: "bt709", bits: 8, full: false }, options: [...H264, ...tags("bt709", "bt709", "bt709")] },
  "bt709-full.mp4": { coding: { matrix: "bt709", bits: 8, full: true }, options: [...H264, ...tags("bt709", "bt709", "bt709")] },
  "bt709-10.mp4": { coding: { matrix: "bt709", bits: 10, full: false }, options: [...HEVC, ...tags("bt709", "bt709", "bt709")] },
  "bt709-10-full.mkv": { coding: { matrix: "bt709", bits: 10, full: true }, options: [...FFV1, ...tags("bt709", "bt709", "bt709")] },
  "bt2020-matrix.mkv": { coding: { matrix: "bt2020", bits: 10, full: false }, options: [...FFV1, ...tags("bt2020nc", "bt709", "bt709")] },
  "bt2020.mp4": {
    coding: { matrix: "bt2020", bits: 10, full: false, signal: (rgb) => each(product(TO_2020, linear(rgb)), (light) => light ** (1 / 2.4)) },
    options: [...HEVC, ...tags("bt2020nc", "bt2020", "bt2020-10")], note: /wide gamut/,
  },
  "p3.mp4": {
    coding: { matrix: "bt709", bits: 10, full: false, signal: (rgb) => each(product(TO_P3, linear(rgb)), (light) => light ** (1 / 2.4)) },
    options: [...HEVC, ...tags("bt709", "smpte432", "bt709")], note: /wide gamut/,
  },
  "pq.mp4": { coding: { matrix: "bt2020", bits: 10, full: false, signal: (rgb) => toPq(linear(rgb)) }, options: [...HEVC, ...tags("bt2020nc", "bt2020", "smpte2084")], note: /is HDR \(PQ\)/ },
  "pq-full.mkv": { coding: { matrix: "bt2020", bits: 10, full: true, signal: (rgb) => toPq(linear(rgb)) }, options: [...FFV1, ...tags("bt2020nc", "bt2020", "smpte2084")], note: /PQ/ },
  "pq-sparse.mkv": { coding: { matrix: "bt2020", bits: 10, full: false, signal: (rgb) => toPq(linear(rgb)) }, options: [...FFV1, "-color_trc", "smpte2084"], note: /PQ/ },
  "hlg.mp4": { coding: { matrix: "bt2020", bits: 10, full: false, signal: (rgb) => toHlg(linear(rgb)) }, options: [...HEVC, ...tags("bt2020nc", "bt2020", "arib-std-b67")], note: /is HDR \(HLG\)/ },
};

/** A clip of patches; its size is not that of high definition. */
async function clip(name: string, patches: readonly Rgb[], { coding, options }: (typeof CODINGS)[string]): Promise<string> {
  const path = join(folder, name), source = `${path}.yuv`;
  await writeFile(source, raw(patches.map((rgb) => each(rgb, (code) => code / 255)), coding, 3));
  const format = coding.bits === 8 ? "yuv420p" : "yuv420p10le", range = coding.full ? "pc" : "tv";
  const input = ["-f", "rawvideo", "-pixel_format", format, "-video_size", `${patches.length * SIDE}x${SIDE}`, "-framerate", "25", "-i", source];
  await ffmpeg(maker, ...input, "-vf", `scale=in_range=${range}:out_range=${range}`, "-pix_fmt", format, "-color_range", range, ...options, path);
  return path;
}

/** The middle of every patch of a frame. */
async function coloursIn(path: string, options: DecodeOptions = {}): Promise<{ colours: number[][]; notes: readonly string[]; frames: Uint8Array[] }> {
  const info = await probeVideo(path, { tools: options.tools });
  await using reader = await openDecoder(info, options);
  const frames: Uint8Array[] = [];
  for await (const { data } of reader) frames.push(data);
  const side = reader.height, count = reader.width / side;
  const colours = Array.from({ length: count }, (_, i) => [0, 1, 2].map((channel) => frames[0][3 * ((side / 2) * reader.width + Math.floor((i + 0.5) * side)) + channel]));
  return { colours, notes: info.notes, frames };
}

function assertClose(actual: number[][], expected: readonly (readonly number[])[], tolerance: number, what: string): void {
  for (const [i, colour] of actual.entries()) {
    const error = Math.max(...colour.map((value, channel) => Math.abs(value - expected[i][channel])));
    assert.ok(error <= tolerance, `${what}, patch ${i}: ${colour.join()} instead of ${expected[i].map(Math.round).join()}`);
  }
}

for (const { name, tools } of toolSets) {
  test(`colours come out as they are, however they are written, ${name}`, async () => {
    for (const [file, how] of Object.entries(CODINGS)) {
      const { colours, notes, frames } = await coloursIn(await clip(file, PATCHES, how), { tools });
      assertClose(colours, PATCHES, 2, file);
      assert.equal(frames.length, 3, file);
      assert.deepEqual(notes.map((note) => how.note?.test(note)), how.note ? [true] : [], file);
    }
    const { colours } = await coloursIn(join(folder, "pq.mp4"), { tools, quick: true, maxSide: 128 });
    assertClose(colours, PATCHES, 4, "small and quick");
  });

  test(`what is brighter than a screen is pressed into what it has, ${name}`, async () => {
    // As shares of white: half of it, white, and the most that HDR is graded for.
    const light = [0.5, 1, 1000 / 203], knee = 0.5, peak = 1000 / 203;
    // Möbius: goes on from the knee with its value and slope, and reaches 1 at the peak.
    const a = (-knee * knee * (peak - 1)) / (knee * knee - 2 * knee + peak), b = (knee * knee - 2 * knee * peak + peak) / (peak - 1);
    const mapped = light.map((value) => (value <= knee ? value : ((b * b + 2 * b * knee + knee * knee) / (b - a)) * ((value + a) / (value + b))));
    const expected = mapped.map((value) => Array.from({ length: 3 }, () => 255 * value ** (1 / 2.4)));
    const grey = light.map((value): Rgb => [255 * value, 255 * value, 255 * value]);
    for (const [file, signal, transfer] of [["bright-pq.mp4", toPq, "smpte2084"], ["bright-hlg.mp4", toHlg, "arib-std-b67"]] as const) {
      const path = await clip(file, grey, { coding: { matrix: "bt2020", bits: 10, full: false, signal }, options: [...HEVC, ...tags("bt2020nc", "bt2020", transfer)] });
      assertClose((await coloursIn(path, { tools })).colours, expected, 2, file);
    }
    assert.deepEqual(expected.map(([value]) => Math.round(value)), [191, 228, 255]);
  });
}

test("an ffmpeg that lacks a filter shows what it can, and one sentence says so", async () => {
  const [{ tools }] = toolSets, without = { ...tools, ffmpeg: { ...tools.ffmpeg, filters: async () => new Set(["scale"]) } };
  const path = await clip("pq.mp4", PATCHES, CODINGS["pq.mp4"]);
  const { colours, notes, frames } = await coloursIn(path, { tools: without });
  assert.equal(frames.length, 3);
  assert.equal(notes.length, 1);
  assert.match(notes[0], /HDR \(PQ\), which this ffmpeg cannot convert \(it has no lut3d\).*pale/);
  // The code of white's share .176 in PQ.
  assert.ok(Math.abs(colours[5][0] - 255 * pq(203 * (120 / 255) ** 2.4)) < 3, "its numbers as they are");
});

test("SDR in the primaries of BT.709 takes no table, and no note", async () => {
  const info = await probeVideo(await clip("bt709.mp4", PATCHES, CODINGS["bt709.mp4"]));
  assert.equal(needsMapping(info), false);
  assert.equal(colourNote(info, "clip.mp4", new Set()), undefined);
});

test("the table lies in a folder of any name, and goes with its decoder", async () => {
  const path = await clip("pq.mp4", PATCHES, CODINGS["pq.mp4"]), odd = join(folder, "it's [a] fold\\er: 1,2;3"), usual = process.env["TMPDIR"];
  await mkdir(odd);
  process.env["TMPDIR"] = odd;
  try {
    for (const { tools } of toolSets) assertClose((await coloursIn(path, { tools })).colours, PATCHES, 2, "in an odd folder");
    assert.deepEqual(await readdir(odd), []);
  } finally {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
  }
});

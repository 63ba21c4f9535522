import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { Content, decodeMovedCrop } from "../../src/client/protocol.js";
import { decodeCrop, readCrop } from "../../src/server/decode-frame.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { MODEL_DIR, noMediapipe } from "../model/landmarks/face-photo.js";
import { noBrowser, openBrowser, PATIENCE } from "./browser.js";
import { cameraClip } from "./camera-clip.js";
import { PHOTO, startServer } from "./live-fixtures.js";

/** What the grabbing worker says of a picture. */
interface Told {
  readonly time: number;
  readonly content: number;
  readonly faces: number;
  readonly light: number;
}

describe("what the page's worker makes of pictures", { skip: noBrowser || noMediapipe, timeout: 2 * PATIENCE }, () => {
  let folder: string, server: LiveServer, context: BrowserContext, page: Page;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reenact-grab-"));
    server = await startServer({ modelDir: MODEL_DIR, photo: undefined });
    context = await openBrowser(join(folder, "profile"), await cameraClip(folder));
    page = await context.newPage();
    await page.goto(`${server.url}page.json`); // the page's modules, and not the page
  });
  after(async () => {
    await context?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The photo's face as often as `faces` says, in a camera's picture. */
  async function people(faces: number): Promise<string> {
    const face = await sharp(PHOTO).resize(300, 300).toBuffer();
    const picture = sharp({ create: { width: 640, height: 480, channels: 3, background: "#808890" } }).composite(Array.from({ length: faces }, (_, i) => ({ input: face, left: 10 + 310 * i, top: 90 })));
    return (await picture.png().toBuffer()).toString("base64");
  }

  test("one face is followed; a second one is told of within two seconds of pictures, and that it left at the next", async () => {
    const told = await page.evaluate<Told[]>(`(async ([nobody, one, two]) => {
      const { Grabber } = await import("/app/server/page/grabber.js"), told = [];
      const grabber = new Grabber(({ time, content, seen: { faces, light } }) => told.push({ time, content, faces, light }));
      const { aligns, why } = await grabber.setUp("/vendor/face_landmarker.task");
      if (!aligns) throw new Error(why);
      const show = async (png, from, to) => {
        const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))]));
        for (let time = from; time < to; time += 100) {
          const frame = new VideoFrame(picture, { timestamp: 1000 * time }), before = told.length;
          await grabber.grab(frame, time, { mirror: false, whole: false, raw: false, spare: false });
          frame.close();
          while (told.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      await show(one, 0, 1000);
      await show(two, 1000, 4000);
      await show(one, 4000, 5000);
      await show(nobody, 5000, 5500);
      return told;
    })(${JSON.stringify(await Promise.all([0, 1, 2].map(people)))})`);
    const faces = (from: number, to: number) => [...new Set(told.filter(({ time }) => time >= from && time < to).map(({ faces: count }) => count))];
    assert.deepEqual(faces(0, 1000), [1]);
    assert.ok(told.every(({ time, faces: count }) => count < 2 || (time >= 1000 && time < 4000)));
    assert.deepEqual(faces(3100, 4000), [2]);
    assert.deepEqual(faces(4100, 5000), [1]);
    assert.deepEqual(faces(5100, 5500), [0]);
    assert.ok(told.every(({ content, faces: count }) => content === (count > 0 ? 6 : 5)), "a crop and how it moves, or that there is nobody");
    assert.ok(told.every(({ light }) => light > 100 && light < 180), "brightness");
  });

  test("a crop comes as a file, or as the pixels that the file shows", async () => {
    const [file, pixels] = await page.evaluate<[{ content: number; data: string }, { content: number; data: string }]>(`(async (png) => {
      const { Grabber } = await import("/app/server/page/grabber.js"), told = [];
      const grabber = new Grabber(({ content, data }) => told.push({ content, data: btoa(String.fromCharCode(...data)) }));
      await grabber.setUp("/vendor/face_landmarker.task");
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))]));
      for (const [time, raw] of [[0, false], [5000, true]]) {
        const frame = new VideoFrame(picture, { timestamp: 1000 * time }), before = told.length;
        await grabber.grab(frame, time, { mirror: false, whole: false, raw, spare: false });
        frame.close();
        while (told.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return told;
    })(${JSON.stringify(await people(1))})`);
    assert.deepEqual([file.content, pixels.content], [Content.movedCrop, Content.movedPixels]);
    const [a, b] = [file, pixels].map(({ data }) => decodeMovedCrop(Buffer.from(data, "base64"))!);
    const [shown, sent] = [await decodeCrop(a.picture), readCrop(b.picture)];
    const off = sent!.picture.data.reduce((sum, value, i) => sum + Math.abs(value - shown!.picture.data[i]), 0) / sent!.picture.data.length;
    assert.ok(off < 3, `${off} levels off`);
    assert.ok(Math.abs(a.motion.head.yaw - b.motion.head.yaw) < 2, `${a.motion.head.yaw} and ${b.motion.head.yaw} degrees`);
  });

  test("where looks may be spared every second picture is not looked at, unless it is mirrored anew", async () => {
    const contents = await page.evaluate<number[][]>(`(async ([nobody, one]) => {
      const { Grabber } = await import("/app/server/page/grabber.js"), told = [];
      const grabber = new Grabber(({ content }) => told.push(content));
      await grabber.setUp("/vendor/face_landmarker.task");
      const bitmapOf = (png) => createImageBitmap(new Blob([Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))]));
      const face = await bitmapOf(one), empty = await bitmapOf(nobody), runs = [];
      let time = 0;
      for (const [spare, turned] of [[false, false], [true, false], [true, true]]) {
        told.length = 0;
        for (const [i, picture] of [face, face, empty, empty].entries()) {
          const frame = new VideoFrame(picture, { timestamp: 1000 * (time += 40) });
          await grabber.grab(frame, time, { mirror: turned && i >= 2, whole: false, raw: true, spare });
          frame.close();
          while (told.length === i) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        runs.push([...told]);
        time += 200;
      }
      return runs;
    })(${JSON.stringify(await Promise.all([0, 1].map(people)))})`);
    const { movedPixels: crop, noFace } = Content;
    assert.deepEqual(contents, [[crop, crop, noFace, noFace], [crop, crop, crop, noFace], [crop, crop, noFace, noFace]]);
  });

  test("a camera's frame that is copied is what is drawn of it, mirrored too; what cannot be copied is told", async () => {
    const [plain, mirrored, large] = await page.evaluate<[number, number, boolean]>(`(async () => {
      const { readPixels } = await import("/app/server/page/read-pixels.js");
      const video = Object.assign(document.createElement("video"), { muted: true, srcObject: await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } }) });
      await video.play();
      const frame = new VideoFrame(video), canvas = new OffscreenCanvas(640, 480), context = canvas.getContext("2d", { willReadFrequently: true });
      const differences = [];
      let into;
      for (const mirror of [false, true]) {
        context.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? 640 : 0, 0);
        context.drawImage(frame, 0, 0);
        const drawn = context.getImageData(0, 0, 640, 480).data, { data, width, height } = await readPixels(frame, mirror, 640, into);
        if (width !== 640 || height !== 480 || (into && data !== into)) throw new Error(width + "×" + height);
        into = data;
        differences.push(data.reduce((sum, value, i) => sum + Math.abs(value - drawn[i]), 0) / data.length);
      }
      return [...differences, await readPixels(frame, false, 320) !== undefined];
    })()`);
    assert.ok(plain < 1 && mirrored < 1, `${plain} and ${mirrored} levels off`);
    assert.equal(large, false, "a frame that has to be made smaller is drawn");
  });
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import type { LiveServer } from "../../src/server/live-server.js";
import { encodePicture } from "../../src/streams/write-image.js";
import { noBrowser, openBrowser, PATIENCE, visit } from "./browser.js";
import { PHOTO, startServer } from "./live-fixtures.js";

/** Of a picture of 640×480 beside one of 480×480: where the latter begins, and how wide they are in CSS pixels on a telephone. */
const BESIDE = 640, WIDTH = 1120, HEIGHT = 480, SEEN = 336;

/** What a page shows of a JPEG, RGBA as base64, or false. */
type Shown = (given: { readonly jpeg: string; readonly marked: boolean; readonly layout?: object }) => Promise<string | false>;

describe("what the page shows of a picture", { skip: noBrowser, timeout: 2 * PATIENCE }, () => {
  let folder: string, server: LiveServer, context: BrowserContext, page: Page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reenact-result-"));
    server = await startServer({ photo: undefined });
    context = await openBrowser(join(folder, "profile"), "none");
    page = await context.newPage();
    await visit(page, `${server.url}?view`);
  });

  after(async () => {
    await context?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Shows it on a canvas as wide as a telephone's. */
  const show: Shown = (given) => page.evaluate(`(async ({ jpeg, marked, layout }) => {
    const { ResultView } = await import("/app/server/page/result-view.js"), canvas = document.createElement("canvas");
    canvas.style.cssText = "position: fixed; left: 0; top: 0; width: ${SEEN}px; height: 300px; object-fit: contain";
    document.body.append(canvas);
    const view = Object.assign(new ResultView(canvas, document.createElement("div")), { marked, layout });
    const shown = await view.show(Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0)), ${BESIDE});
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))); // its size is known
    view.redraw();
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    canvas.remove();
    let text = "";
    for (let i = 0; i < data.length; i += 0x8000) text += String.fromCharCode(...data.subarray(i, i + 0x8000));
    return shown && btoa(text);
  })(${JSON.stringify(given)})`);

  const jpegOf = async () => {
    const data = await sharp(PHOTO).resize(WIDTH, HEIGHT, { fit: "fill" }).removeAlpha().raw().toBuffer();
    return encodePicture({ data, width: WIDTH, height: HEIGHT }, { format: "jpg", quality: 85, fast: true });
  };
  const decoded = (jpeg: Buffer) => sharp(jpeg).ensureAlpha().raw().toBuffer();
  const mean = (a: Buffer, b: Buffer) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

  test("its pixels are the JPEG's, with and without a decoder that hands them out, and scaled into a layout", async () => {
    const jpeg = await jpegOf(), given = { jpeg: jpeg.toString("base64"), marked: false }, wanted = await decoded(jpeg);
    assert.equal(await page.evaluate("'ImageDecoder' in globalThis"), true);
    const direct = Buffer.from(await show(given) as string, "base64");
    assert.equal(direct.length, wanted.length);
    assert.ok(mean(direct, wanted) < 0.5, `off by ${mean(direct, wanted)}`);
    const half = Buffer.from(await show({ ...given, layout: { width: WIDTH / 2, height: HEIGHT / 2, background: "#000" } }) as string, "base64");
    const small = await sharp(jpeg).resize(WIDTH / 2, HEIGHT / 2).ensureAlpha().raw().toBuffer();
    assert.ok(mean(half, small) < 2, `scaled: off by ${mean(half, small)}`);
    await page.evaluate("delete globalThis.ImageDecoder");
    assert.equal(await page.evaluate("'ImageDecoder' in globalThis"), false);
    const drawn = Buffer.from(await show(given) as string, "base64");
    assert.ok(mean(drawn, wanted) < 0.5, `drawn: off by ${mean(drawn, wanted)}`);
    await page.reload();
  });

  test("what is no picture is not shown, and the next one is", async () => {
    const jpeg = await jpegOf();
    assert.equal(await show({ jpeg: jpeg.subarray(0, 300).toString("base64"), marked: false }), false);
    assert.notEqual(await show({ jpeg: jpeg.toString("base64"), marked: false }), false);
  });

  test("the mark is on what is synthetic alone, and readable on a telephone", async () => {
    const jpeg = await jpegOf(), wanted = await decoded(jpeg), marked = Buffer.from(await show({ jpeg: jpeg.toString("base64"), marked: true }) as string, "base64");
    let left = WIDTH, right = 0, top = HEIGHT, bottom = 0;
    for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) {
      const at = 4 * (y * WIDTH + x);
      if (Math.abs(marked[at] - wanted[at]) < 30) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    assert.ok(left >= BESIDE && right < WIDTH, `the mark is from ${left} to ${right}`);
    // It is 1.7 times as high as its letters.
    const letters = ((bottom - top + 1) * SEEN) / WIDTH / 1.7;
    assert.ok(letters > 9.5 && letters < 12, `letters of ${letters} CSS pixels`);
  });
});

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { percentile, type FiguresNow } from "../../src/client/index.js";
import type { Pixels } from "../../src/frame.js";
import { correlation } from "../../src/model/evaluation/correlation.js";
import { measureExpression } from "../../src/model/evaluation/expression-measures.js";
import { createFacemeshSource } from "../../src/model/landmarks/facemesh-source.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { probeVideo } from "../../src/streams/probe.js";
import { openInput } from "../../src/streams/media-input.js";
import { MODEL_DIR, noMediapipe } from "../model/landmarks/face-photo.js";
import { noBrowser, openBrowser, PATIENCE, visit } from "./browser.js";
import { cameraClip, CLIP_FRAMES, ffmpegRun, MARKER_IN_VIDEO, readMarker } from "./camera-clip.js";
import { PHOTO, startServer, until } from "./live-fixtures.js";

/** What the page keeps of every picture that it showed. */
interface Shown {
  /** When it was captured, as the page has it, and when it was shown. Milliseconds of the page's clock. */
  readonly time: number;
  readonly at: number;
  readonly jpeg: string;
}

/** What the page keeps of every frame of its camera: the number in it, and when it was captured. */
interface Seen {
  readonly marker: number | null;
  readonly time: number;
}

/** Pictures that are kept. */
const KEPT = 90;

const LISTEN = `
  Object.assign(globalThis, { seen: [], shown: [], lastShown: 0, widestGap: 0, mostUnderWay: 0, figuresThen: undefined });
  const marker = ${MARKER_IN_VIDEO};
  const look = () => document.getElementById("camera").requestVideoFrameCallback((_, { captureTime }) => {
    seen.push({ marker: marker(document.getElementById("camera")), time: captureTime ?? performance.now() });
    if (shown.length < ${KEPT}) look();
  });
  addEventListener("reenact:result", ({ detail: { time, jpeg } }) => {
    const at = performance.now();
    widestGap = Math.max(widestGap, at - lastShown);
    mostUnderWay = Math.max(mostUnderWay, reenactLive.client.underWay);
    lastShown = at;
    if (shown.length === 0) look();
    if (shown.length >= ${KEPT}) return;
    let text = "";
    for (let i = 0; i < jpeg.length; i += 32768) text += String.fromCharCode(...jpeg.subarray(i, i + 32768));
    shown.push({ time, at, jpeg: btoa(text) });
    // When this one has been counted.
    if (shown.length === ${KEPT}) setTimeout(() => { figuresThen = reenactLive.client.figures; });
  });`;

describe("the page in a real browser", { skip: noBrowser, timeout: 4 * PATIENCE }, () => {
  let folder: string, camera: string, server: LiveServer, context: BrowserContext, page: Page;
  const troubles: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "reenact-page-"));
    camera = await cameraClip(folder);
    // Small pictures: what is tested is not how fast a browser without a GPU decodes them.
    server = await startServer({ modelDir: folder, limits: { maxSide: 240 } });
    context = await openBrowser(join(folder, "profile"), camera);
    page = await context.newPage();
    watch(page, troubles);
    await page.addInitScript(LISTEN);
    await visit(page, `${server.url}?view=beside&mirror=off`);
  });
  after(async () => {
    await context?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const figures = () => page.evaluate<FiguresNow>("reenactLive.client.figures");

  test("it asks for the camera, frames come back, and the mouth follows", async () => {
    await page.locator("#status[data-state=live]").waitFor();
    await until(`${KEPT} pictures`, async () => await page.evaluate("figuresThen !== undefined"), PATIENCE);
    const [shown, seen, now] = await page.evaluate<[Shown[], Seen[], FiguresNow]>("[shown, seen, figuresThen]");
    const landmarks = await createFacemeshSource();
    const mouths: [number, number][] = [], markers: number[] = [];
    try {
      for (const { jpeg } of shown) {
        const [driver, output] = await halves(Buffer.from(jpeg, "base64"));
        markers.push(readMarker(driver));
        const [[a], [b]] = [await landmarks.detect(driver), await landmarks.detect(output)];
        if (a && b) mouths.push([measureExpression(a).mouthOpen, measureExpression(b).mouthOpen]);
      }
    } finally {
      await landmarks.close();
    }
    assert.ok(mouths.length > 80, `a face in ${mouths.length} of ${shown.length}`);
    const r = correlation(mouths.map(([driver]) => driver), mouths.map(([, output]) => output));
    assert.ok(r > 0.6, `mouth opening r = ${r}`);

    // Frames keep their order, and what the page takes for a picture's time of capture is that of the frame whose number is in it. Between
    // the page's look at the camera and the test's a frame or two may pass.
    assert.ok(shown.every(({ time }, i) => i === 0 || time > shown[i - 1].time), "in order");
    const offsets = shown.flatMap(({ time }, i) => {
      const frame = seen.find((candidate) => Math.abs(candidate.time - time) < 1);
      return frame && frame.marker !== null ? [framesBetween(frame.marker, markers[i])] : [];
    });
    assert.ok(offsets.length > KEPT / 3 && percentile(offsets, 0.5) <= 2, `numbers are off by ${offsets.join()}`);

    // So the page's figures can be told from times alone. Pictures at the edge of their three seconds may count or not.
    const recent = shown.filter(({ at }) => at > shown.at(-1)!.at - 3000).map(({ time, at }) => at - time).sort((a, b) => a - b);
    assert.ok(Math.abs(3 * now.fpsOut - recent.length) <= 2, `the page says ${now.fpsOut} frames a second, and showed ${recent.length} in three`);
    for (const [said, share] of recent.length > 5 ? [[now.p50, 0.5], [now.p95, 0.95]] : []) {
      const rank = Math.floor(share * recent.length), [low, high] = [Math.max(0, rank - 2), Math.min(recent.length - 1, rank + 2)].map((k) => recent[k]);
      assert.ok(said > low - 50 && said < high + 50, `the page says ${said} ms for ${share}, the pictures ${low} to ${high} ms`);
    }
    assert.ok(now.fpsIn >= now.fpsOut - 1, JSON.stringify(now));
    // Page and server share this machine: frames beyond those that are worked on would only wait, and all be late.
    const underWay = await page.evaluate<number>("mostUnderWay");
    assert.ok(underWay >= 1 && underWay <= 3, `${underWay} frames were under way behind the grabber`);
    await until("the delay to be told", async () => /^\d+$/.test(await page.locator("#f-p50").innerText()), PATIENCE);
  });

  test("a recording has picture and sound, of the same length", async () => {
    await page.locator("#record").click();
    await page.locator("#record[aria-pressed=true]").waitFor();
    const before = await figures();
    await page.evaluate("widestGap = 0");
    await page.waitForTimeout(5000);
    await until("some pictures", async () => (await figures()).shown > before.shown + 5, PATIENCE);
    const gap = await page.evaluate<number>("widestGap") / 1000;
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#record").click()]);
    assert.match(download.suggestedFilename(), /^reenact-[\d-]+\.(webm|mp4)$/);
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    const input = await openInput(file);
    const { width, height, audio, duration } = await probeVideo(input);
    await input.close();
    assert.ok(audio, "there is sound");
    assert.ok(width > 0 && height > 0);
    assert.ok(duration !== undefined && duration > 2.5, `the file says that it lasts ${duration} s`);
    assert.match((await readFile(file)).toString("latin1"), /trainedAlgorithmicMedia/);
    const lengths = await Promise.all(["0:v", "0:a"].map(async (stream) => {
      const said = await ffmpegRun("-i", file, "-map", stream, "-f", "null", "-");
      const [, h, m, s] = [...said.matchAll(/time=(\d+):(\d+):([\d.]+)/g)].at(-1)!;
      return 3600 * Number(h) + 60 * Number(m) + Number(s);
    }));
    // The picture begins and ends with a frame; a machine that is too busy for a few a second leaves gaps.
    const most = 1 + 2 * gap;
    assert.ok(lengths.every((length) => length > 2.5) && Math.abs(lengths[0] - lengths[1]) < most, `picture and sound last ${lengths.join(" and ")} s, ${gap} s between pictures`);
    const [, loudness] = /max_volume: (-?[\d.]+) dB/.exec(await ffmpegRun("-i", file, "-af", "volumedetect", "-vn", "-f", "null", "-"))!;
    assert.ok(Number(loudness) > -50, `the loudest sound has ${loudness} dB`);
  });

  test("a snapshot is a PNG that says that it is synthetic", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#snapshot").click()]);
    const file = join(folder, "snapshot.png");
    await download.saveAs(file);
    const { format, width } = await sharp(file).metadata();
    assert.deepEqual([format, width! > 240], ["png", true]);
    assert.match((await readFile(file)).toString("latin1"), /iTXtXML:com\.adobe\.xmp.*trainedAlgorithmicMedia/s);
  });

  test("views and photos change; a photo without a face is told, and the one before stays", async () => {
    await page.getByRole("radio", { name: "Photo" }).check();
    await until("the photo alone", async () => await page.evaluate("document.getElementById('result').width") === 240, PATIENCE);
    const blank = await sharp({ create: { width: 200, height: 200, channels: 3, background: "#777" } }).png().toBuffer();
    await page.locator("#photo").setInputFiles({ name: "blank.png", mimeType: "image/png", buffer: blank });
    await page.getByRole("alert").filter({ hasText: "Expected a face" }).waitFor();
    await page.locator("#photo").setInputFiles({ name: "other.jpg", mimeType: "image/jpeg", buffer: await sharp(PHOTO).flop().resize(180, 180).toBuffer() });
    await page.getByText("other.jpg, 180×180.").waitFor();
    await until("the other photo", async () => await page.evaluate("document.getElementById('result').width") === 180, PATIENCE);
    const { shown } = await figures();
    await until("it to live", async () => (await figures()).shown > shown + 2, PATIENCE);
  });

  test("what is chosen for a driver reaches the server and is kept for its camera; neutral is what is shown when it is told", async () => {
    const asked = () => page.evaluate<Record<string, unknown>>("reenactLive.client.settings");
    await page.getByRole("slider", { name: "Strength" }).fill("0.8");
    await page.getByRole("slider", { name: "How far the head turns" }).fill("0.5");
    await page.getByLabel("Eyes follow").uncheck();
    await page.getByLabel("What it counts from").selectOption("absolute");
    const { strength, headStrength, gaze, expression } = await asked();
    assert.deepEqual([strength, headStrength, gaze, expression], [0.8, 0.5, "photo", "absolute"]);
    await page.locator("#stage").focus();
    await page.keyboard.press("n");
    assert.equal((await asked()).neutral, 1);
    await until("the rest to be told", async () => (await asked()).rest !== null, PATIENCE);
    const kept = await page.evaluate<Record<string, { rest: object }>>("JSON.parse(localStorage.getItem('reenact.live.cameras'))");
    assert.deepEqual(Object.values(kept).map((one) => ({ ...one, rest: typeof one.rest })), [{ strength: 0.8, head: "follow", headStrength: 0.5, gaze: "photo", expression: "absolute", rest: "object" }]);
    await page.reload();
    await until("the camera to be known again", async () => await page.evaluate("globalThis.reenactLive?.client.settings.strength") === 0.8, PATIENCE);
    assert.equal(await page.getByLabel("Eyes follow").isChecked(), false);
    assert.notEqual((await asked()).rest, null);
    await page.getByRole("radio", { name: "Photo" }).check(); // the URL said otherwise
    await until("pictures", async () => (await figures()).shown > 0, PATIENCE);
  });

  test("photos that were used stay at hand, on number keys", async () => {
    const width = () => page.evaluate("document.getElementById('result').width");
    await page.locator("#photo").setInputFiles({ name: "second.jpg", mimeType: "image/jpeg", buffer: await sharp(PHOTO).flop().resize(180, 180).toBuffer() });
    await page.getByRole("button", { name: "Photo 2: second.jpg", pressed: true }).waitFor();
    await until("the second photo", async () => await width() === 180, PATIENCE);
    await page.locator("#stage").focus();
    await page.keyboard.press("1");
    await until("the server's photo", async () => await width() === 240, PATIENCE);
    await page.getByRole("button", { name: "Photo 1: the server's photo", pressed: true }).waitFor();
    await page.getByRole("button", { name: "Photo 2: second.jpg" }).click();
    await until("the second photo again", async () => await width() === 180, PATIENCE);
  });

  test("a pause sends nothing and says so; the camera's picture is moved and hidden; a microphone is chosen by its name", async () => {
    await page.getByRole("radio", { name: "Photo" }).check();
    await page.locator("#status[data-state=live]").waitFor();
    await page.locator("#pause").click();
    await page.getByRole("heading", { name: "Paused" }).waitFor();
    await until("all to be answered", async () => await page.evaluate("reenactLive.client.unanswered") === 0, PATIENCE);
    const { sent } = await figures();
    await page.waitForTimeout(600);
    assert.equal((await figures()).sent, sent);
    await page.keyboard.press("p");
    await until("frames again", async () => (await figures()).sent > sent + 2, PATIENCE);
    const inset = page.locator("#inset");
    await inset.focus();
    await page.keyboard.press("ArrowUp");
    const [stage, high] = [(await page.locator("#stage").boundingBox())!, (await inset.boundingBox())!];
    assert.ok(high.y < stage.y + 20 && high.x > stage.x + stage.width / 2, JSON.stringify(high));
    await inset.hover();
    await page.mouse.down();
    await page.mouse.move(stage.x + 60, stage.y + 60, { steps: 4 });
    await page.mouse.up();
    assert.ok((await inset.boundingBox())!.x < stage.x + 20);
    await page.keyboard.press("i");
    await inset.waitFor({ state: "hidden" });
    assert.deepEqual(await page.evaluate("(({ inset, corner }) => [inset, corner])(JSON.parse(localStorage.getItem('reenact.live')))"), [false, "top-left"]);
    await page.keyboard.press("i");
    await inset.waitFor();
    const microphones = page.getByLabel("Microphone", { exact: true });
    const fake = (await microphones.locator("option").allInnerTexts()).find((name) => /fake/i.test(name))!;
    await microphones.selectOption({ label: fake });
    assert.ok(await page.evaluate("JSON.parse(localStorage.getItem('reenact.live')).microphone"));
    await page.locator("#record").click();
    await page.locator("#record[aria-pressed=true]").waitFor();
    await page.waitForTimeout(1000);
    await Promise.all([page.waitForEvent("download"), page.locator("#record").click()]);
  });

  test("?view shows what the page shows, in a fixed size, with no camera of its own", async () => {
    await page.locator("#background").waitFor({ state: "hidden" });
    await page.getByLabel("Size of the picture").selectOption("1280x720");
    await page.getByLabel("Around the picture").selectOption("#00b140");
    await until("the size", async () => await page.evaluate("[document.getElementById('result').width, document.getElementById('result').height].join()") === "1280,720", PATIENCE);
    await context.grantPermissions(["clipboard-read", "clipboard-write", "camera", "microphone"]);
    await page.getByRole("button", { name: "Copy the address for OBS" }).click();
    await page.getByText("Copied: paste it in OBS").waitFor();
    const address = await page.evaluate<string>("navigator.clipboard.readText()");
    assert.match(address, /\/\?view&size=1280x720&background=%2300b140#key=[0-9a-f]{32}$/);
    const viewer = await context.newPage();
    try {
      watch(viewer, troubles);
      await viewer.addInitScript("navigator.mediaDevices.getUserMedia = () => { throw new Error('a viewer asked for the camera'); }");
      await visit(viewer, address);
      await page.bringToFront(); // a page that is not seen takes a pause
      await until("pictures to be watched", async () => await viewer.evaluate<number>("reenactLive.rate") > 0, PATIENCE);
      const [size, corner, middle] = await viewer.evaluate<[number[], number[], number[]]>(`(() => {
        const canvas = document.getElementById("result"), at = (x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
        return [[canvas.width, canvas.height], at(5, 5), at(640, 360)];
      })()`);
      assert.deepEqual([size, corner], [[1280, 720], [0, 177, 64, 255]]);
      assert.notDeepEqual(middle, corner);
      for (const id of ["#power", "#strength", "#inset", "#status", "#invite", "footer"]) assert.equal(await viewer.locator(id).isVisible(), false, id);
    } finally {
      await viewer.close();
    }
    await page.getByLabel("Size of the picture").selectOption("");
  });

  test("settings that a program changes show in the page, and are kept like others", async () => {
    const post = (body: object) => fetch(`http://127.0.0.1:${server.port}/api/settings`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    await until("a session", async () => (await post({ strength: 0.4, head: "still", view: "face" })).status === 200, PATIENCE);
    await until("the slider to follow", async () => await page.locator("#strength").inputValue() === "0.4", PATIENCE);
    assert.equal(await page.locator("#strength-value").innerText(), "40 %");
    assert.deepEqual([await page.locator("#head").isChecked(), await page.getByRole("radio", { name: "Face" }).isChecked()], [false, true]);
    assert.equal((await page.evaluate<{ strength: number }[]>("Object.values(JSON.parse(localStorage.getItem('reenact.live.cameras')))")).at(-1)?.strength, 0.4);
    await post({ paused: true });
    await page.getByRole("heading", { name: "Paused" }).waitFor();
    await post({ paused: false, view: "composite", head: "follow" });
    await page.getByRole("heading", { name: "Paused" }).waitFor({ state: "hidden" });
  });

  test("keys work, every control has a name, and nothing was loaded from elsewhere or forbidden", async () => {
    await page.locator("#stage").focus();
    const mirrored = () => page.locator("#mirror").isChecked();
    assert.equal(await mirrored(), false);
    await page.keyboard.press("m");
    assert.equal(await mirrored(), true);
    // Keys go on when a button was clicked, and what was chosen is kept.
    await page.locator("#snapshot").focus();
    await page.keyboard.press("m");
    assert.equal(await mirrored(), false);
    assert.equal(await page.evaluate("JSON.parse(localStorage.getItem('reenact.live')).mirror"), false);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Full screen").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    const nameless = await page.evaluate<string[]>(`[...document.querySelectorAll("button, input:not([hidden]), select")].filter((control) =>
      !control.closest("[hidden]") && !(control.textContent.trim() || control.labels?.[0]?.textContent.trim() || control.ariaLabel)).map(({ id }) => id)`);
    assert.deepEqual(nameless, []);
    assert.match(await page.locator("main").ariaSnapshot(), /slider "Strength"/);
    assert.deepEqual(troubles, []);
  });

  test("a server that ends is told of, and when it is back the page goes on within two seconds, with a camera that sees nobody told of too", async () => {
    const { port } = server;
    await server.close();
    await page.getByRole("heading", { name: /The server (has ended|cannot be reached)/ }).waitFor();
    await page.locator("#invite-text", { hasText: /Trying again (in \d s|now)\./ }).waitFor();
    assert.ok(await page.getByRole("button", { name: "Try again now" }).isVisible());
    server = await startServer({ modelDir: folder, port, limits: { maxSide: 240 } });
    const back = performance.now();
    await until("the page to be back", async () => await page.evaluate("reenactLive.client.state") === "open", PATIENCE);
    assert.ok(performance.now() - back < 4000, `it took ${performance.now() - back} ms`); // two seconds, and what a busy machine adds
    await page.getByRole("heading", { name: /The server/ }).waitFor({ state: "hidden" });
  });

  test("a hidden page sends nothing, and goes on when it is seen again", async () => {
    const hide = (hidden: boolean) => page.evaluate(`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event("visibilitychange"));`);
    await hide(true);
    await until("all to be answered", async () => await page.evaluate("reenactLive.client.unanswered") === 0, PATIENCE);
    const { sent } = await figures();
    await page.waitForTimeout(1000);
    assert.equal((await figures()).sent, sent);
    await hide(false);
    await until("frames again", async () => (await figures()).shown > 0 && (await figures()).sent > sent + 2, PATIENCE);
    // With its small window open somebody sees it: it goes on, though video elements of hidden pages give no frames.
    await page.locator("#window").click();
    await page.locator("#window[aria-pressed=true]").waitFor();
    await hide(true);
    const { shown } = await figures();
    await until("frames while it is hidden", async () => (await figures()).shown > shown + 2, PATIENCE);
    await page.evaluate("document.exitPictureInPicture()");
    await page.locator("#window[aria-pressed=false]").waitFor();
    await until("all to be answered", async () => await page.evaluate("reenactLive.client.unanswered") === 0, PATIENCE);
    assert.equal(await page.evaluate("reenactLive.client.settings.paused"), true);
    await hide(false);
  });

  test("several of the camera's pictures are in work at a time; each comes back in its turn, with its own time of capture", async () => {
    const [times, most, kinds] = await page.evaluate<[number[], boolean, number[]]>(`(async () => {
      const { Grabber } = await import("/app/server/page/grabber.js"), came = [];
      const grabber = new Grabber((frame) => came.push(frame));
      await grabber.setUp(null);
      const video = document.getElementById("camera"), options = { mirror: false, whole: true };
      for (const time of [10, 43.3, 76.7]) await grabber.grab(video, time, options);
      const busy = grabber.busy;
      while (came.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      return [came.map(({ time }) => time), busy, came.map(({ data }) => data[0])];
    })()`);
    assert.deepEqual([times, most, kinds], [[10, 43.3, 76.7], true, [0xff, 0xff, 0xff]]);
  });

  test("?clean shows the picture and nothing else; on a phone nothing sticks out, in light and dark", async () => {
    await visit(page, `${server.url}?clean&mark=off`);
    await until("pictures", async () => (await figures()).shown > 0, PATIENCE);
    for (const id of ["#power", "#strength", "#inset", "#status", "footer"]) assert.equal(await page.locator(id).isVisible(), false, id);
    assert.deepEqual(await page.locator("#result").boundingBox(), { x: 0, y: 0, width: 1100, height: 760 });
    await page.setViewportSize({ width: 360, height: 740 });
    await visit(page, server.url);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const [dark, wide] = await page.evaluate<[boolean, number]>(`[
        getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).slice(0, 3).every((v) => v < 80), document.documentElement.scrollWidth]`);
      assert.equal(dark, colorScheme === "dark");
      assert.ok(wide <= 360, `${wide} pixels wide`);
    }
    // Round corners that clip the stage make a browser without a GPU draw all of it for every frame of the inset: four times the work.
    const clips = await page.evaluate<string[]>(`(() => {
      const above = [];
      for (let node = document.getElementById("inset").parentElement; node; node = node.parentElement) above.push(node);
      return above.filter((node) => getComputedStyle(node).overflow !== "visible" && getComputedStyle(node).borderRadius !== "0px").map(({ id, tagName }) => id || tagName);
    })()`);
    assert.deepEqual(clips, []);
    const [photo, now, strength] = await Promise.all(["#thumb", ".figures", "#strength"].map(async (which) => (await page.locator(which).boundingBox())!.y));
    assert.ok(photo < now && now < strength, "on a phone the figures come after the photo");
    assert.deepEqual(troubles, []);
  });
});

test("with MediaPipe's model the page finds the face itself and sends a few kilobytes of it", { skip: noBrowser || noMediapipe, timeout: 2 * PATIENCE }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-align-"));
  const server = await startServer({ modelDir: MODEL_DIR, limits: { maxSide: 200 } });
  try {
    const context = await openBrowser(join(folder, "profile"), await cameraClip(folder));
    try {
      const page = await context.newPage(), troubles: string[] = [];
      watch(page, troubles);
      await visit(page, server.url);
      await until("crops", async () => Number(/content="movedPixels"} (\d+)/.exec(await server.metrics.registry.metrics())?.[1] ?? 0) >= 3, PATIENCE);
      await until("a face in them", async () => await page.evaluate("reenactLive.client.figures.shown") as number >= 3, PATIENCE);
      assert.deepEqual(troubles, []);
    } finally {
      await context.close();
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

for (const [camera, title] of [["none", "No camera"], ["not-allowed", "The camera is not allowed"]] as const) {
  test(`why there is no camera is told, and a phone's width holds it: ${camera}`, { skip: noBrowser, timeout: PATIENCE }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "reenact-camera-")), server = await startServer({ modelDir: folder });
    const context = await openBrowser(join(folder, "profile"), camera, { viewport: { width: 360, height: 740 } });
    try {
      const page = await context.newPage();
      await visit(page, server.url);
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
      assert.ok(await page.getByRole("button", { name: "Try again" }).isVisible());
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
      assert.ok((await page.locator("#status").boundingBox())!.height < 40, "in one line");
    } finally {
      await context.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
}

test("a page that is refused for good says why and lets go of the camera", { skip: noBrowser, timeout: PATIENCE }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "reenact-refused-")), server = await startServer({ modelDir: folder, token: "the-token-of-this-server" });
  const context = await openBrowser(join(folder, "profile"), await cameraClip(folder));
  try {
    const page = await context.newPage();
    // Whether the camera was ever on: it is asked for while the server is.
    await page.addInitScript("addEventListener('play', () => { globalThis.played = true; }, true);");
    await page.goto(new URL("#token=the-token-of-another", server.url).href);
    await page.getByRole("heading", { name: "The server refused" }).waitFor();
    await until("the camera to have been on, and to be off", () => page.evaluate<boolean>("globalThis.played === true && document.getElementById('camera').srcObject === null"), PATIENCE);
    assert.ok(await page.getByRole("button", { name: "Start camera" }).isVisible());
  } finally {
    await context.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

/** Frames between two numbers of the clip, which repeats. */
function framesBetween(a: number, b: number): number {
  const forth = (b - a + CLIP_FRAMES) % CLIP_FRAMES;
  return Math.min(forth, CLIP_FRAMES - forth);
}

/** Notes whatever a page should not do. */
function watch(page: Page, troubles: string[]): void {
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => { if (/Content Security Policy|Refused to/.test(message.text())) troubles.push(message.text()); });
  page.on("request", (request) => { if (!/^(http|ws):\/\/127\.0\.0\.1|^(blob|data):/.test(request.url())) troubles.push(request.url()); });
}

/** Camera and output of a side-by-side picture. */
async function halves(jpeg: Buffer): Promise<[Pixels, Pixels]> {
  const { width = 0, height = 0 } = await sharp(jpeg).metadata();
  const cut = async (left: number, w: number): Promise<Pixels> => {
    const { data } = await sharp(jpeg).extract({ left, top: 0, width: w, height }).raw().toBuffer({ resolveWithObject: true });
    return { data, width: w, height };
  };
  return [await cut(0, width - height), await cut(width - height, height)];
}

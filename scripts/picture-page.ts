/**
 * Pictures of what the live page looks like, with a real server and a headless Chromium, to be looked at: every state in which it has
 * something to say, on a desk and a telephone, light and dark.
 *
 *   node --import tsx scripts/picture-page.ts FOLDER [--only full,dark,…]
 *
 * With REENACT_MODEL_DIR, or where `reenact doctor` finds MediaPipe's model, what only that sees (several people, a face far away) is there too.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { openBrowser, visit, type NoCamera } from "../test/server/browser.js";
import { ffmpegRun } from "../test/server/camera-clip.js";
import { connect, DRIVER, PHOTO, startServer } from "../test/server/live-fixtures.js";
import type { LiveServer, LiveServerOptions } from "../src/server/live-server.js";

const { values: { only }, positionals: [out] } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
if (out === undefined) throw new Error("Expected a folder for the pictures");

const DESK = { width: 1100, height: 760 }, PHONE = { width: 360, height: 740 };
/** Busy machines are slow: milliseconds for a state to be reached. */
const PATIENCE = 60_000;
const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { name }).waitFor();
const live = (page: Page) => page.locator("#status[data-state=live]").waitFor();
const said = (words: RegExp) => (page: Page) => page.getByText(words).first().waitFor();

/** A camera by the ffmpeg filter that makes it of the example's driver. */
const CAMERAS = {
  good: "null", nobody: "drawbox=color=gray:t=fill", dark: "lutyuv=y=18:u=128:v=128",
  far: "scale=128:96,pad=640:480:256:190:gray", two: "split[a][b];[a]scale=320:240,crop=320:240[l];[b]scale=320:240[r];[l][r]hstack,pad=640:480:0:120:gray",
} as const;
type CameraName = keyof typeof CAMERAS | NoCamera;

interface State {
  readonly camera?: CameraName;
  readonly server?: LiveServerOptions;
  readonly query?: string;
  /** What is done before the page is opened; what it returns is undone behind the picture. */
  readonly before?: (server: LiveServer) => Promise<() => unknown>;
  /** Brings the page into the state, once it is open. */
  readonly reach: (page: Page, server: LiveServer) => Promise<unknown>;
}

const photoFile = (name: string, buffer: Buffer, mimeType = "image/jpeg") => ({ name, mimeType, buffer });
async function choose(page: Page, buffer: Buffer): Promise<void> {
  await live(page);
  await page.locator("input[type=file]").first().setInputFiles(photoFile("photo.jpg", buffer));
}

const STATES: Readonly<Record<string, State>> = {
  live: { reach: live },
  beside: { query: "view=beside", reach: live },
  nobody: { camera: "nobody", reach: said(/can't see your face/) },
  dark: { camera: "dark", reach: said(/too dark/) },
  far: { camera: "far", reach: said(/far away/) },
  several: { camera: "two", reach: said(/Several people/) },
  "no-camera": { camera: "none", reach: heading("No camera") },
  "not-allowed": { camera: "not-allowed", reach: heading("The camera is not allowed") },
  "no-photo": { server: { photo: undefined }, reach: heading("Whose face?") },
  "no-face-in-photo": { reach: async (page) => {
    await choose(page, await sharp({ create: { width: 400, height: 300, channels: 3, background: "#667" } }).jpeg().toBuffer());
    await said(/Expected a face/)(page);
  } },
  "no-photo-at-all": { reach: async (page) => {
    await choose(page, Buffer.from("%PDF-1.4 not a photo"));
    await said(/Expected a photo/)(page);
  } },
  "tiny-photo": { reach: async (page) => {
    await choose(page, await sharp(PHOTO).resize(150, 150).jpeg().toBuffer());
    await said(/The face is small/)(page);
  } },
  "several-faces": { reach: async (page) => {
    const face = await sharp(PHOTO).resize(360, 360).toBuffer();
    await choose(page, await sharp({ create: { width: 760, height: 380, channels: 3, background: "#889" } }).composite([{ input: face, left: 10, top: 10 }, { input: face, left: 390, top: 10 }]).jpeg().toBuffer());
    await said(/It has 2 faces/)(page);
  } },
  paused: { reach: async (page) => {
    await live(page);
    await page.locator("#pause").click();
    await heading("Paused")(page);
  } },
  full: { server: { limits: { maxSessions: 1 } }, before: async (server) => {
    const { client } = await connect(server);
    return () => client.close();
  }, reach: heading("The server is full") },
  token: { server: { token: "12345678abcdefgh" }, query: "#none", reach: heading("The server refused") },
  "wrong-token": { server: { token: "12345678abcdefgh" }, query: "#token=notthisone", reach: heading("The server refused") },
  ended: { reach: async (page, server) => {
    await live(page);
    await server.close();
    await heading(/has ended|cannot be reached/)(page);
  } },
  keys: { reach: async (page) => {
    await live(page);
    await page.keyboard.press("?");
    await page.waitForTimeout(500);
  } },
  "watch-nobody": { query: "view", reach: (page) => page.waitForTimeout(3000) },
};

const names = only?.split(",") ?? Object.keys(STATES), unknown = names.find((name) => !(name in STATES));
if (unknown !== undefined) throw new Error(`Expected some of ${Object.keys(STATES).join()} but received ${unknown}`);
await mkdir(out, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), "reenact-pictures-"));
try {
  for (const name of names) {
    const { camera = "good", server: options, query = "", before, reach } = STATES[name];
    let device: string = camera;
    if (camera in CAMERAS) {
      device = join(folder, `${camera}.mjpeg`);
      await ffmpegRun("-v", "error", "-i", DRIVER, "-an", "-t", "8", "-filter_complex", `scale=640:-2,crop=640:480:0:(ih-480)/3,${CAMERAS[camera as keyof typeof CAMERAS]}`, "-q:v", "3", device);
    }
    const server = await startServer({ ...options, limits: { maxSide: 480, ...options?.limits } }), undo = await before?.(server);
    const context = await openBrowser(join(folder, `profile-${name}`), device, { viewport: DESK });
    try {
      context.setDefaultTimeout(PATIENCE);
      const page = await context.newPage(), url = new URL(server.url);
      if (query.startsWith("#")) url.hash = query;
      else url.search = query;
      if (name.includes("token")) await page.goto(url.href);
      else await visit(page, url.href);
      const failed = await reach(page, server).then(() => "", (error: Error) => ` NOT REACHED: ${error.message.split("\n")[0]}`);
      for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]] as const) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await page.waitForTimeout(800);
          await page.screenshot({ path: join(out, `${name}-${size}-${colorScheme}.png`) });
        }
      }
      console.log(`${name}${failed}`);
    } finally {
      await context.close();
      await undo?.();
      await server.close();
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit();

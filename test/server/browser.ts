import { existsSync } from "node:fs";
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { until } from "./live-fixtures.js";

/** Debian's, or the one that is named. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Why tests with a browser cannot run; false when they can. */
export const noBrowser = existsSync(CHROMIUM) ? false : `no ${CHROMIUM} (apt-get install chromium, or set CHROMIUM_PATH)`;

/** Busy machines are slow: milliseconds. */
export const PATIENCE = 240_000;

/** What a browser does for a camera besides playing a file: it has none, or nobody is there who would allow it. */
export type NoCamera = "none" | "not-allowed";

/** A browser of its own, whose camera plays a file and whose microphone beeps. Whoever opens it closes it. */
export async function openBrowser(profile: string, camera: string | NoCamera, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const device = camera === "none" ? [] : ["--use-fake-device-for-media-stream", ...(camera === "not-allowed" ? [] : [`--use-file-for-fake-video-capture=${camera}`])];
  const asked = camera === "not-allowed" ? [] : ["--use-fake-ui-for-media-stream"];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, headless: true, timeout: PATIENCE, acceptDownloads: true, viewport: { width: 1100, height: 760 }, ...options,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ...asked, ...device,
    ],
  });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/** Opens a live server's page and waits until its script runs: `page.goto` alone ends before that. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await until("the page's script to run", () => page.evaluate<boolean>(`(() => {
    if (document.getElementById("status").dataset.state === "failed") throw new Error(document.getElementById("toast").textContent);
    return "reenactLive" in globalThis;
  })()`), PATIENCE);
}

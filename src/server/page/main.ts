import { byId, toast } from "./elements.js";
import { LivePage, type PageFacts } from "./live-page.js";
import { readPageOptions } from "./page-options.js";
import { recall } from "./remembered.js";
import { ViewPage } from "./view-page.js";

/** The page's beginning. `reenactLive` is there for scripts: `reenactLive.client.figures` and the event `reenact:result`. */
try {
  const response = await fetch("/page.json");
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const options = readPageOptions(location, recall(), (text) => CSS.supports("color", text)), facts = await response.json() as PageFacts;
  const page = options.viewer ? new ViewPage(options) : new LivePage(options, facts);
  Object.assign(globalThis, { reenactLive: page });
  await page.start();
} catch (error) {
  byId("status").dataset.state = "failed";
  byId("status-text").textContent = "Cannot start";
  toast(`This page cannot start (${(error as Error).message}): reload it, in a browser of the last two years.`);
}

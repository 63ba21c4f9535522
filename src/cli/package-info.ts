import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of this package, for the built program and for its sources alike. */
export function packageFolder(): string {
  return fileURLToPath(new URL("../../", import.meta.url));
}

/** What package.json says that the program needs to know. */
export function packageInfo(): { readonly version: string; readonly engines: { readonly node: string } } {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string; engines: { node: string } };
}

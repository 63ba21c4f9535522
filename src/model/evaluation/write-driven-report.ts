import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DrivenEvaluation } from "./driven-report.js";
import { drivenFacts, drivenTables } from "./driven-tables.js";
import { escapeHtml, htmlPage } from "./html-page.js";
import { markdownPage } from "./report-markdown.js";

/** Writes `report.json`, `report.html` (one file with all strips), `report.md` and its `strips/` into a folder that is there. */
export async function writeDrivenReport(folder: string, { report, strips }: DrivenEvaluation): Promise<void> {
  const facts = drivenFacts(report), tables = drivenTables(report), rows = ["driver", ...report.contestants.map(({ label }) => label)].join(", ");
  const pictures = strips.map(({ title }, i) => ({ title, file: `strips/${String(i + 1).padStart(3, "0")}.jpg` }));
  await mkdir(join(folder, "strips"), { recursive: true });
  for (const [i, { file }] of pictures.entries()) await writeFile(join(folder, file), strips[i].picture);
  const figures = strips.map(({ title, picture }) => `<figure><figcaption>${escapeHtml(title)}</figcaption>`
    + `<img alt="" src="data:image/jpeg;base64,${Buffer.from(picture).toString("base64")}"></figure>`);
  await writeFile(join(folder, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(join(folder, "report.md"), markdownPage([...facts, `Strips, from above: ${rows}.`], tables, pictures));
  await writeFile(join(folder, "report.html"), htmlPage(facts, tables, [`<h2>Strips</h2>\n<p>From above: ${escapeHtml(rows)}.</p>`, ...figures]));
}

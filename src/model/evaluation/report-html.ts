import sharp from "sharp";
import { CROP_SIZE } from "../geometry/alignment.js";
import type { Evaluation, GridRow } from "./report.js";
import { reportFacts } from "./report-facts.js";
import { reportTables, type ReportTable } from "./report-tables.js";

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 96rem; padding: 0 1rem; color: #1c1c1c; background: #fff }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.2rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .86rem }
th, td { padding: .3rem .45rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: bottom }
th:first-child, td:first-child { text-align: left; min-width: 12rem }
thead th { border-bottom: 2px solid #888; font-weight: 600 }
tbody tr:first-child { font-weight: 600 }
td small { color: #666; font-weight: 400; display: block; white-space: nowrap }
p, li { max-width: 60rem }
.pictures td, .pictures th { padding: 1px; border: 0; text-align: center; min-width: 0; font-weight: 400; font-size: .78rem }
.pictures th { max-width: 96px; vertical-align: bottom; padding-bottom: .3rem } .pictures img { display: block }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e6e6e6 } th, td { border-color: #3a3a3a } td small { color: #aaa } }`;

/** A report with its pictures as one HTML page that needs nothing else. */
export async function reportHtml({ report, grids }: Evaluation): Promise<string> {
  const parts: string[] = [];
  for (const { key, title } of report.tests) {
    const rows = grids[key] ?? [];
    if (rows.length > 0) parts.push(`<h2>Pictures: ${escape(title)}</h2>`, await pictureTable(rows));
  }
  return [
    "<!doctype html>", "<html lang=\"en\"><head><meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    `<title>reenact: evaluation</title><style>${STYLE}</style></head><body>`,
    "<h1>Evaluation</h1>", `<ul>${reportFacts(report).map((fact) => `<li>${escape(fact)}</li>`).join("")}</ul>`,
    ...reportTables(report).map(table), ...parts, "</body></html>", "",
  ].join("\n");
}

function table({ title, about, columns, rows }: ReportTable): string {
  const head = columns.map((column) => `<th>${escape(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((value) => `<td>${cell(value)}</td>`).join("")}</tr>`).join("\n");
  return `<h2>${escape(title)}</h2>\n<p>${escape(about)}</p>\n<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

/** An interval goes under its mean. */
function cell(value: string): string {
  const interval = /^(-?[\d.]+) (\(.*\))$/.exec(value);
  return interval ? `${interval[1]}<small>${escape(interval[2])}</small>` : escape(value);
}

async function pictureTable(rows: readonly GridRow[]): Promise<string> {
  const widest = rows.reduce((best, row) => (row.pictures.length > best.pictures.length ? row : best));
  const labels = widest.pictures.map(({ label }) => label);
  const head = labels.map((label) => `<th>${escape(label)}</th>`).join("");
  const body: string[] = [];
  for (const row of rows) {
    const cells: string[] = [];
    for (const label of labels) {
      const found = row.pictures.find((picture) => picture.label === label);
      cells.push(`<td>${found ? `<img width="${CROP_SIZE}" height="${CROP_SIZE}" alt="" src="${await dataUrl(found.picture)}">` : ""}</td>`);
    }
    body.push(`<tr>${cells.join("")}</tr>`);
  }
  return `<div class="scroll"><table class="pictures"><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

async function dataUrl(picture: Uint8Array): Promise<string> {
  const jpeg = await sharp(picture, { raw: { width: CROP_SIZE, height: CROP_SIZE, channels: 3 } }).jpeg({ quality: 92, chromaSubsampling: "4:4:4" }).toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

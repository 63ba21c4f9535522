import sharp from "sharp";
import { CROP_SIZE } from "../geometry/alignment.js";
import { escapeHtml, htmlPage } from "./html-page.js";
import type { Evaluation, GridRow } from "./report.js";
import { reportFacts } from "./report-facts.js";
import { reportTables } from "./report-tables.js";

/** A report with its pictures as one HTML page that needs nothing else. */
export async function reportHtml({ report, grids }: Evaluation): Promise<string> {
  const parts: string[] = [];
  for (const { key, title } of report.tests) {
    const rows = grids[key] ?? [];
    if (rows.length > 0) parts.push(`<h2>Pictures: ${escapeHtml(title)}</h2>`, await pictureTable(rows));
  }
  return htmlPage(reportFacts(report), reportTables(report), parts);
}

async function pictureTable(rows: readonly GridRow[]): Promise<string> {
  const widest = rows.reduce((best, row) => (row.pictures.length > best.pictures.length ? row : best));
  const labels = widest.pictures.map(({ label }) => label);
  const head = labels.map((label) => `<th>${escapeHtml(label)}</th>`).join("");
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

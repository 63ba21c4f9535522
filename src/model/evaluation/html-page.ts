import type { ReportTable } from "./report-tables.js";

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
figure { margin: 1.2rem 0 } figure img { display: block; max-width: 100% } figcaption { font-size: .86rem; padding-bottom: .3rem }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e6e6e6 } th, td { border-color: #3a3a3a } td small { color: #aaa } }`;

/**
 * A report as one HTML page that needs nothing else.
 *
 * @param facts sentences in front of the tables @param parts HTML that comes after them
 */
export function htmlPage(facts: readonly string[], tables: readonly ReportTable[], parts: readonly string[]): string {
  return [
    "<!doctype html>", "<html lang=\"en\"><head><meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    `<title>reenact: evaluation</title><style>${STYLE}</style></head><body>`,
    "<h1>Evaluation</h1>", `<ul>${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join("")}</ul>`,
    ...tables.map(table), ...parts, "</body></html>", "",
  ].join("\n");
}

function table({ title, about, columns, rows }: ReportTable): string {
  const head = columns.map((column) => `<th>${escapeHtml(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((value) => `<td>${cell(value)}</td>`).join("")}</tr>`).join("\n");
  return `<h2>${escapeHtml(title)}</h2>\n<p>${escapeHtml(about)}</p>\n<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

/** An interval goes under its mean. */
function cell(value: string): string {
  const interval = /^(-?[\d.]+) (\(.*\))$/.exec(value);
  return interval ? `${interval[1]}<small>${escapeHtml(interval[2])}</small>` : escapeHtml(value);
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

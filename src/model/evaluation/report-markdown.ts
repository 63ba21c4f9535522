import type { EvaluationReport } from "./report.js";
import { reportTables, type ReportTable } from "./report-tables.js";
import { reportFacts } from "./report-facts.js";

/**
 * A report as Markdown.
 *
 * @param grids picture files by a test's title, relative to the report
 */
export function reportMarkdown(report: EvaluationReport, grids: Readonly<Record<string, string>>): string {
  return markdownPage(reportFacts(report), reportTables(report), Object.entries(grids).map(([title, file]) => ({ title, file })));
}

/** Facts, tables and pictures as one Markdown document. @param pictures their files are relative to the document */
export function markdownPage(facts: readonly string[], tables: readonly ReportTable[], pictures: readonly { readonly title: string; readonly file: string }[]): string {
  return [
    "# Evaluation", "",
    ...facts.map((fact) => `* ${fact}`), "",
    ...tables.flatMap((table) => [`## ${table.title}`, "", table.about, "", ...markdownTable(table), ""]),
    ...pictures.flatMap(({ title, file }) => [`## Pictures: ${title}`, "", `![${title}](${file})`, ""]),
  ].join("\n");
}

/** The lines of a table, its columns as wide as their content. */
export function markdownTable({ columns, rows }: ReportTable): string[] {
  const escaped = [columns, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = columns.map((_, i) => Math.max(3, ...escaped.map((row) => row[i].length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(escaped[0]), rule, ...escaped.slice(1).map(line)];
}

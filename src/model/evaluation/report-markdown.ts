import type { EvaluationReport } from "./report.js";
import { reportTables, type ReportTable } from "./report-tables.js";
import { reportFacts } from "./report-facts.js";

/**
 * A report as Markdown.
 *
 * @param grids picture files by a test's title, relative to the report
 */
export function reportMarkdown(report: EvaluationReport, grids: Readonly<Record<string, string>>): string {
  return [
    "# Evaluation", "",
    ...reportFacts(report).map((fact) => `* ${fact}`), "",
    ...reportTables(report).flatMap((table) => [`## ${table.title}`, "", table.about, "", ...markdownTable(table), ""]),
    ...Object.entries(grids).flatMap(([title, file]) => [`## Pictures: ${title}`, "", `![${title}](${file})`, ""]),
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

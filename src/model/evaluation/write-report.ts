import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CROP_SIZE } from "../geometry/alignment.js";
import { writePictureGrid } from "../training/picture-grid.js";
import { toFloats } from "../geometry/crop-bytes.js";
import { makeReportFolder } from "./report-folder.js";
import { reportHtml } from "./report-html.js";
import { reportMarkdown } from "./report-markdown.js";
import type { Evaluation } from "./report.js";

/**
 * Writes `report.json`, `report.html` (one file with all pictures), `report.md` and its picture grids (a row a pair: driver, photo, every
 * row of the tables in their order but the copied photo). The folder appears when it is complete.
 *
 * @throws ReenactError OUTPUT_EXISTS
 */
export async function writeReport(folder: string, evaluation: Evaluation): Promise<void> {
  await makeReportFolder(folder, async (partial) => {
    const grids: Record<string, string> = {};
    for (const { key, title } of evaluation.report.tests) {
      const rows = evaluation.grids[key]?.map(({ pictures }) => pictures.map(({ picture }) => toFloats(picture))) ?? [];
      if (rows.length === 0) continue;
      grids[title] = `pictures-${key}.png`;
      await writePictureGrid(join(partial, grids[title]), rows, CROP_SIZE);
    }
    await writeFile(join(partial, "report.json"), `${JSON.stringify(evaluation.report, null, 1)}\n`);
    await writeFile(join(partial, "report.md"), reportMarkdown(evaluation.report, grids));
    await writeFile(join(partial, "report.html"), await reportHtml(evaluation));
  });
}

import { stat } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import { counting, type CountStyle } from "./counting.js";
import { settingsOf, type RenderFlags } from "./commands/render-options.js";

/** What `reenact evaluate --drivers` is told. */
export interface EvaluateDriversFlags extends Omit<RenderFlags, "map" | "weights"> {
  readonly drivers: string;
  readonly photos?: string;
  readonly out?: string;
  /** Networks by name, the main one first. */
  readonly networks: readonly { readonly name: string; readonly weights?: string | undefined }[];
  readonly ceiling?: boolean;
  readonly keepVideos?: boolean;
  readonly pairs?: number;
  readonly seed: number;
  readonly progress: CountStyle;
  readonly json?: boolean;
}

/** Reenacts clips onto photos, judges what comes out, and writes the report. @throws ReenactError USAGE, OUTPUT_EXISTS, and whatever evaluating throws */
export async function evaluateDriversCommand(flags: EvaluateDriversFlags, signal: AbortSignal): Promise<void> {
  const { drivers, photos, out, networks, ceiling = false, keepVideos = false, pairs, seed, progress, json } = flags;
  if (photos === undefined || out === undefined) throw new ReenactError("USAGE", "Expected --photos and --out with --drivers: name the photos that are moved, and a folder for the report.");
  const [{ CEILING, evaluateDrivers }, { makeReportFolder }, { writeDrivenReport }, { meanTable }, { markdownTable }] = await Promise.all([
    import("../pipeline/evaluate-drivers.js"), import("../model/evaluation/report-folder.js"), import("../model/evaluation/write-driven-report.js"),
    import("../model/evaluation/driven-tables.js"), import("../model/evaluation/report-markdown.js"),
  ]);
  const taken = ceiling ? networks.find(({ name }) => name === CEILING) : undefined;
  if (taken) throw new ReenactError("USAGE", `Expected another name than ${CEILING} for a --compare beside --ceiling, whose name that is: choose another.`);
  for (const { name, weights } of networks) {
    if (weights === undefined || await stat(weights).then((found) => found.isDirectory(), () => false)) continue;
    throw new ReenactError("MODEL_MISSING", `Expected a folder of weights at ${weights} (${name}) but there is none: check --weights and --compare.`);
  }
  const settings = settingsOf({ ...flags, weights: undefined, map: [] });
  const { report } = await counting(progress, "videos", (update) => makeReportFolder(out, async (folder) => {
    const evaluation = await evaluateDrivers({ drivers, photos, folder, keepVideos, networks, ceiling, settings, pairs, seed, signal }, update);
    await writeDrivenReport(folder, evaluation);
    return evaluation;
  }));
  process.stdout.write(json ? `${JSON.stringify({ path: out, ...report })}\n` : `${markdownTable(meanTable(report)).join("\n")}\n${out}/report.html\n`);
}

import { Command } from "commander";
import { packageInfo } from "../package-info.js";

interface DoctorFlags {
  json?: boolean;
  weights?: string;
  modelDir?: string;
}

const HELP = `
Marks: ✓ is there; ✗ is missing, and reenact run cannot work without it;
– is absent and not needed. Nothing is fetched or changed. The exit code is 0
when reenact run can work, else the code of the first thing that is missing
(reenact --help lists them).

Examples:
  reenact doctor
  reenact doctor --json | jq .problems
  FFMPEG_PATH=/opt/ffmpeg/bin/ffmpeg reenact doctor`;

/** `reenact doctor`: what this machine has, and what to do about what is missing. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .summary("say what this machine has and what to do about what is missing")
    .description("Say what this machine has (Node, ffmpeg and its encoders, engines, GPU, models, weights, cache) and what to do about what is missing.")
    .option("--json", "print one JSON object: version, ok, exitCode, problems, machine, ffmpeg, engines, landmarks, weights, cache")
    .option("--weights <folder>", "other weights than those of the package; small: the package's smaller network")
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first (default: $REENACT_MODEL_DIR)")
    .addHelpText("after", HELP)
    .action(doctor);
}

async function doctor({ json, weights, modelDir }: DoctorFlags): Promise<void> {
  // Only now: help needs none of it.
  const { inspect } = await import("../doctor/inspect.js");
  const { makeReport, describeReport } = await import("../doctor/report.js");
  const sections = await inspect({ weights, modelDir });
  const report = makeReport(packageInfo().version, sections);
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : describeReport(sections)}\n`);
  process.exitCode = report.exitCode;
}

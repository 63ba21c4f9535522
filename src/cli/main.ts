import { Command, CommanderError } from "commander";
import { EXIT_CODES } from "../errors.js";
import { exitCodeHelp } from "./exit-code-help.js";
import { ffmpegHabits } from "./ffmpeg-habits.js";
import { packageInfo } from "./package-info.js";
import { reportError } from "./report-error.js";
import { batchCommand } from "./commands/batch.js";
import { benchCommand } from "./commands/bench.js";
import { datasetCommand } from "./commands/dataset.js";
import { doctorCommand } from "./commands/doctor.js";
import { evaluateCommand } from "./commands/evaluate.js";
import { runCommand } from "./commands/run.js";
import { serveCommand } from "./commands/serve.js";
import { statusCommand } from "./commands/status.js";
import { trainCommand } from "./commands/train.js";
import { trainPerceptualCommand } from "./commands/train-perceptual.js";
import { workerCommand } from "./commands/worker.js";

const HELP = `
Examples:
  reenact doctor                                          what this machine has
  reenact run -i driver.mp4 --onto photo.jpg out.mp4      a video onto a photo
  reenact run --help                                      all about a command

Environment:
  FFMPEG_PATH, FFPROBE_PATH   the programs to use instead of those on the PATH, or from npm
  REENACT_MODEL_DIR           where MediaPipe's face_landmarker.task is looked for first
  REENACT_TENSORFLOW          where scripts/setup-tensorflow.sh put its build
  REENACT_DEBUG=1             shows where an error came from

${exitCodeHelp()}`;

/**
 * The program: parses `args` (without node and script), runs the command and sets the process's exit code. Never throws: what a user
 * can do something about becomes one sentence on the standard error.
 */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command("reenact")
    .description("Make the person on one photo show the expressions of the person in a video.")
    .version(packageInfo().version)
    .addHelpText("after", HELP)
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) });
  for (const command of [
    runCommand(), batchCommand(), statusCommand(), workerCommand(), serveCommand(), doctorCommand(), benchCommand(), datasetCommand(),
    trainCommand(), trainPerceptualCommand(), evaluateCommand(),
  ]) {
    program.addCommand(command);
  }
  program.exitOverride();
  inherit(program);
  try {
    await program.parseAsync(ffmpegHabits(args), { from: "user" });
  } catch (error) {
    // Commander has said what is wrong, or shown the help that was asked for.
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : EXIT_CODES.USAGE) : reportError(error);
  }
}

/** Hands the settings down to commands that were made without their parent. */
function inherit(command: Command): void {
  for (const child of command.commands) inherit(child.copyInheritedSettings(command));
}

/** Commander's `error: …`, at times of two lines, as every other error is told. */
function oneLine(text: string): string {
  const said = text.replace(/^error: /, "").trim().replace(/\s*\n\s*/g, " ");
  return `reenact: ${said}${/[.)?]$/.test(said) ? "" : ";"} see --help\n`;
}

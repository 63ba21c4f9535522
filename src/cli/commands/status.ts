import { Command } from "commander";
import type { JobStatus, RunStatus } from "../../jobs/run-status.js";

const HELP = `
Marks: ✓ done, ✗ failed, … under way, – not begun.

Examples:
  reenact status jobs.batch
  reenact status out/reenact-batch --json | jq '.jobs[] | select(.state == "failed")'`;

/** `reenact status`: how a batch stands, finished or not. */
export function statusCommand(): Command {
  return new Command("status")
    .summary("say how a batch stands, finished or not")
    .description("Say how a batch stands, finished or not, running or not. Nothing is changed.")
    .argument("<dir>", "the run's folder, as reenact batch names it")
    .option("--json", "print one JSON object")
    .addHelpText("after", HELP)
    .action(status);
}

async function status(dir: string, { json }: { json?: boolean }): Promise<void> {
  const { runStatus } = await import("../../jobs/run-status.js");
  const run = await runStatus(dir);
  process.stdout.write(json ? `${JSON.stringify(run)}\n` : describe(run));
}

const MARKS = { done: "✓", failed: "✗", open: "…", waiting: "–" } as const;

function describe({ startedAt, running, jobs }: RunStatus): string {
  const count = (state: JobStatus["state"]) => jobs.filter((job) => job.state === state).length;
  const lines = jobs.map(({ job, state, segments, result }) => {
    const more = result?.error?.message ?? (result?.summary ? `${result.summary.frames} frames` : state === "open" ? `${segments} segments finished` : "not begun");
    return `${MARKS[state]} ${job.name}: ${more}`;
  });
  const left = count("open") + count("waiting");
  const state = running ? "running" : left > 0 ? "stopped: the same command goes on" : "ended";
  return `${[...lines, `${count("done")} of ${jobs.length} jobs done, ${count("failed")} failed, ${left} left; begun ${startedAt}, ${state}`].join("\n")}\n`;
}

/**
 * Runs all tests, or those named: files that watch the clock or the memory, or whose processes wait for each other, one at a time, so that
 * no other test is in their way; all others two at a time, as most of them leave a core idle.
 *
 *     node --import tsx test/run.ts [FILE…]
 */
import { spawnSync } from "node:child_process";
import { globSync } from "glob";

const ALONE = [
  "test/client/**", "test/server/**", "test/cli/bench/**", "test/cli/{run-live,serve,stop-waiting}*", "test/jobs/{kill,queue}*", "test/pipeline/stop-early*",
  "test/streams/decode*",
];

const named = process.argv.slice(2), files = globSync(named.length > 0 ? named : "test/**/*.test.ts"), alone = new Set(globSync(ALONE));
let status = 0;
for (const [together, some] of [[2, files.filter((file) => !alone.has(file))], [1, files.filter((file) => alone.has(file))]] as const) {
  if (some.length === 0) continue;
  const run = spawnSync(process.execPath, ["--import", "tsx", "--test", `--test-concurrency=${together}`, ...some], { stdio: "inherit" });
  if (run.error) throw run.error;
  status = Math.max(status, run.status ?? 1);
}
process.exitCode = status;

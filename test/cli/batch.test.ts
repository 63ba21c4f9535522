import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { RunStatus } from "../../src/jobs/run-status.js";
import { mediaTools } from "../../src/streams/ffmpeg-path.js";
import { filesBelow, makeWorld, QUICK } from "../jobs/batch-world.js";
import { damage } from "../streams/damage.js";
import { temporaryFolder } from "../streams/media.js";
import { runCli } from "./run-cli.js";

const execute = promisify(execFile);
let [disk, mounted] = ["", false];
// Before the folder around it is removed.
after(() => (mounted ? execute("umount", [disk]) : undefined));
const folder = await temporaryFolder();
disk = join(folder, "disk");
await mkdir(disk);
mounted = await execute("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", disk]).then(() => true, () => false);

describe("reenact batch and status", () => {
  const at = (name: string) => join(folder, name);
  before(async () => {
    await makeWorld(folder, { clips: 1, photos: 1, seconds: 0.8 });
    await writeFile(at("clips/words.mp4"), "These are words, and no video.");
    await damage(await mediaTools(), at("clips/c1.mp4"), at("damaged.mp4"), (index) => index === 1);
  });
  const batch = (...args: string[]) => runCli(["batch", "--progress", "json", ...args]);

  test("--print-schema, and what cannot be asked for together", async () => {
    const { code, stdout } = await batch("--print-schema");
    assert.equal(code, 0);
    assert.match((JSON.parse(stdout) as { $schema: string }).$schema, /json-schema/);
    for (const args of [[], ["jobs.yaml", "--drivers", "a.mp4"], ["--drivers", "a.mp4", "-o", "x.mp4"]]) assert.equal((await batch(...args)).code, 2, args.join(" "));
    assert.equal((await batch(at("none.yaml"))).code, 10);
  });

  test("a mistake in the jobs file stops everything before anything is begun", async () => {
    await writeFile(at("wrong.yaml"), "output: wrong/{driver}.mp4\njobs:\n  - driver: clips/c1.mp4\n    photo: faces/p1.jpg\n    strength: much\n");
    const { code, stderr } = await batch(at("wrong.yaml"));
    assert.equal(code, 60);
    assert.match(stderr, /^reenact: [^\n]*wrong\.yaml:5: [^\n]*`strength`[^\n]*\n$/);
    assert.deepEqual(filesBelow(folder).filter((name) => name.startsWith("wrong") && name !== "wrong.yaml"), []);
  });

  test("one clip among others that nobody can read, one that is not there: the rest is done, told, reported, and not done again", async () => {
    await writeFile(at("jobs.yaml"), `
output: out/{driver}.mp4
defaults: { landmarks: facemesh, cache: false, maxSide: 160, preset: ultrafast }
jobs:
  - { driver: "clips/{words,c1}.mp4", photo: faces/p1.jpg }
  - { driver: clips/none.mp4, photo: faces/p1.jpg }
  - { driver: damaged.mp4, photo: faces/p1.jpg, end: 0.3, output: out/short.gif }
`);
    const plan = await batch(at("jobs.yaml"), "--dry-run");
    assert.equal(plan.code, 0, plan.stderr);
    assert.match(plan.stdout, /^\+ out\/c1\.mp4: .*8 frames in 1 segment$/m);
    assert.match(plan.stdout, /^4 of 4 jobs to do/m);
    const first = await batch(at("jobs.yaml"), "--retry", "0", "--json");
    assert.equal(first.code, 61, first.stderr);
    const { jobs } = JSON.parse(first.stdout) as { jobs: { name: string; state: string; error?: { code: string } }[] };
    assert.deepEqual(jobs.map(({ name, state, error }) => [name, error?.code ?? state]).sort(), [
      ["out/c1.mp4", "done"], ["out/none.mp4", "INPUT_NOT_FOUND"], ["out/short.gif", "done"], ["out/words.mp4", "INPUT_UNREADABLE"],
    ]);
    assert.deepEqual(filesBelow(at("out")), ["c1.mp4", "short.gif"]);

    const html = await readFile(at("jobs.batch/report.html"), "utf8");
    assert.match(html, /2 of 4 jobs done, 2 failed/);
    assert.match(html, /<tr><td><a href="#\w+">out\/none\.mp4<\/a><\/td><td>failed<\/td><td class="why" colspan="\d">There is no file [^<]*none\.mp4/, "the table says why");
    assert.match(html, /1 of the 3 frames of `[^<]*damaged\.mp4` could not be decoded/, "what was lost is told");
    assert.equal([...html.matchAll(/<svg /g)].length, 10, "five plots of each output");
    assert.equal([...html.matchAll(/src="data:image\/jpeg;base64,/g)].length >= 6, true, "stills");
    assert.doesNotMatch(html.replaceAll(/ src="data:image[^"]+"/g, ""), /(src|href)="(?!#)/, "it needs nothing else");
    const report = JSON.parse(await readFile(at("jobs.batch/report.json"), "utf8")) as { jobs: { name: string; scores?: { identity: number; follows: { mouthOpen: number } } }[] };
    const { scores } = report.jobs.find(({ name }) => name === "out/c1.mp4")!;
    assert.ok(scores!.identity > 0.3 && scores!.identity <= 1, `identity ${scores!.identity}`);

    const status = JSON.parse((await runCli(["status", at("jobs.batch"), "--json"])).stdout) as RunStatus;
    assert.equal(status.running, false);
    assert.deepEqual(status.jobs.map(({ state }) => state).sort(), ["done", "done", "failed", "failed"]);
    assert.match((await runCli(["status", at("jobs.batch")])).stdout, /2 of 4 jobs done, 2 failed, 0 left/);
    assert.equal((await runCli(["status", at("faces")])).code, 10);

    const again = await batch(at("jobs.yaml"), "--only", "failed", "--retry", "0");
    assert.equal(again.code, 61, again.stderr);
    assert.deepEqual([...again.stderr.matchAll(/"job":"([^"]+)","state":"(kept|started)"/g)].map(([, name, state]) => `${name} ${state}`).sort(),
      ["out/c1.mp4 kept", "out/none.mp4 started", "out/short.gif kept", "out/words.mp4 started"]);
  });

  test("nothing that is there is replaced unasked; -n leaves it out", async () => {
    const args = ["--drivers", at("clips/c1.mp4"), "--photos", at("faces/*.jpg"), "-o", at("kept/{driver}.mp4")];
    await mkdir(at("kept"));
    await writeFile(at("kept/c1.mp4"), "What was here before.");
    const { code, stderr } = await batch(...args);
    assert.equal(code, 21);
    assert.match(stderr, /c1\.mp4/);
    const skipped = await batch(...args, "-n");
    assert.equal(skipped.code, 0, skipped.stderr);
    assert.equal(await readFile(at("kept/c1.mp4"), "utf8"), "What was here before.");
  });

  test("an output that was changed since it was made is the user's: it is replaced with -y alone; one that was not is made anew with other settings", async () => {
    const args = (...more: string[]) => ["--drivers", at("clips/c1.mp4"), "--photos", at("faces/*.jpg"), "-o", at("edited/{driver}.mp4"), "--no-scores", ...QUICK, ...more];
    const output = at("edited/c1.mp4"), size = async () => (await readFile(output)).length;
    assert.equal((await batch(...args())).code, 0);
    const made = await size();
    const again = await batch(...args("--strength", "0.5"));
    assert.equal(again.code, 0, again.stderr);
    assert.notEqual(await size(), made, "nobody had touched it");
    assert.equal((await batch(...args("--strength", "0.6", "-n"))).code, 0);
    const kept = await size();
    for (const edited of ["edited by hand", Buffer.alloc(kept, 1)]) { // of another size, and of the same
      await writeFile(output, edited);
      await utimes(output, new Date(), new Date(Date.now() + 5000));
      const refused = await batch(...args("--strength", "0.7"));
      assert.equal(refused.code, 21, refused.stderr);
      assert.match(refused.stderr, /c1\.mp4.*-y/);
      assert.equal((await batch(...args("--strength", "0.7", "-n"))).code, 0);
      assert.deepEqual(await readFile(output), Buffer.from(edited as string), "-n never replaces");
    }
    const replaced = await batch(...args("--strength", "0.7", "-y"));
    assert.equal(replaced.code, 0, replaced.stderr);
    assert.ok((await size()) > 1000);
  });

  test("halt: nothing is begun after a failure, and none succeeded", async () => {
    const { code, stdout } = await batch("--drivers", at("clips/words.mp4"), at("clips/c1.mp4"), "--photos", at("faces/p1.jpg"), "-o", at("halt/{driver}.mp4"), "--on-error", "halt", "--json", "--retry", "0", ...QUICK);
    assert.equal(code, 62);
    assert.equal((JSON.parse(stdout) as { failed: number }).failed, 1);
    assert.deepEqual(filesBelow(folder).filter((name) => name.startsWith("halt/") && name.endsWith(".mp4")), []);
  });

  test("a full disk fails the jobs that write to it, and the rest is done", { skip: !mounted && "needs the right to mount a small disk" }, async () => {
    await writeFile(join(disk, "filler"), Buffer.alloc(190_000));
    await writeFile(at("disk.yaml"), `
defaults: { landmarks: facemesh, cache: false, maxSide: 160, crf: 1 }
jobs:
  - { driver: clips/c1.mp4, photo: faces/p1.jpg, output: disk/full.mp4, priority: 2 }
  - { driver: clips/c1.mp4, photo: faces/p1.jpg, output: disk-free.mp4 }
`);
    const { code, stdout } = await batch(at("disk.yaml"), "--retry", "0", "--no-scores");
    assert.equal(code, 61);
    assert.match(stdout, /✗ disk\/full\.mp4: .*free some space/);
    assert.match(stdout, /✓ disk-free\.mp4/);
    assert.deepEqual(filesBelow(disk), ["filler"]);
    await writeFile(join(disk, "filler"), "");
    const again = await batch(at("disk.yaml"), "--no-scores");
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(filesBelow(disk), ["filler", "full.mp4"]);
  });
});

import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { ReenactError } from "../../src/errors.js";
import type { BatchJob } from "../../src/jobs/batch-job.js";
import { expandJobs } from "../../src/jobs/expand-jobs.js";
import { expandPattern } from "../../src/jobs/glob.js";
import { jobsFileSchema } from "../../src/jobs/jobs-file.js";
import { readJobsFile } from "../../src/jobs/read-jobs-file.js";
import { temporaryFolder } from "../streams/media.js";

const folder = await temporaryFolder();

describe("jobs files", () => {
  before(async () => {
    for (const name of ["clips/deep", "faces"]) await mkdir(join(folder, name), { recursive: true });
    for (const name of ["clips/a.mp4", "clips/b.mp4", "clips/.hidden.mp4", "clips/deep/c.mp4", "faces/x.jpg", "faces/y.jpg"]) await writeFile(join(folder, name), name);
  });
  const jobsOf = async (text: string): Promise<BatchJob[]> => {
    const path = join(folder, "jobs.yaml");
    await writeFile(path, text);
    return expandJobs(await readJobsFile(path));
  };
  const mistakesOf = async (text: string): Promise<string> => {
    const error: unknown = await jobsOf(text).then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof ReenactError, String(error));
    assert.equal(error.code, "JOBS_INVALID");
    return error.message.replaceAll(join(folder, "jobs.yaml"), "jobs.yaml");
  };

  test("every driver onto every photo, with the settings of all and of its own", async () => {
    const jobs = await jobsOf(`
output: out/{driver}-{photo}.mp4
defaults: { strength: 1.2, missing: hold }
jobs:
  - { driver: clips/*.mp4, photo: [faces/x.jpg, faces/y.jpg], missing: driver }
  - { driver: clips/deep/c.mp4, photo: faces/x.jpg, output: "{number}-{driverFolder}.webm", end: 2, priority: 7 }
`);
    assert.deepEqual(jobs.map(({ name }) => name), ["out/a-x.mp4", "out/a-y.mp4", "out/b-x.mp4", "out/b-y.mp4", "0005-deep.webm"]);
    assert.deepEqual(jobs.map(({ line }) => line), [5, 5, 5, 5, 6]);
    const { options, priority } = jobs[4];
    assert.deepEqual([options.strength, options.missing, options.end, options.view, priority], [1.2, "hold", 2, "composite", 7]);
    assert.equal(jobs[0].options.missing, "driver");
    assert.equal(options.input, join(folder, "clips/deep/c.mp4"));
    assert.equal(options.output, join(folder, "0005-deep.webm"));
    assert.equal(new Set(jobs.map(({ id }) => id)).size, 5);
  });

  test("times are seconds or as ffmpeg writes them; names may hold a colon", async () => {
    await writeFile(join(folder, "clips/take:2.mp4"), "take");
    await writeFile(join(folder, "talk:1.mp4"), "talk");
    const jobs = await jobsOf("output: '{number}.mp4'\njobs:\n  - { driver: 'talk:1.mp4', photo: faces/x.jpg, start: 0:20, end: 1:30.5, neutral: 500ms }\n  - { driver: 'clips/take*.mp4', photo: faces/x.jpg }\n");
    const [{ start, end, neutral, input }] = jobs.map(({ options }) => options);
    assert.deepEqual([start, end, neutral, input], [20, 90.5, 0.5, join(folder, "talk:1.mp4")]);
    assert.equal(jobs[1].options.input, join(folder, "clips/take:2.mp4"));
    for (const name of ["clips/take:2.mp4", "talk:1.mp4"]) await rm(join(folder, name));
    assert.match(await mistakesOf("jobs:\n  - { driver: clips/a.mp4, photo: faces/x.jpg, output: a.mp4, end: soon }\n"), /jobs\.yaml:2: Expected .*`end`/);
    assert.match(await mistakesOf("jobs:\n  - { driver: clips/a.mp4, photo: faces/x.jpg, output: a.mp4, start: 1:00, end: 0:20 }\n"), /`end` after the start/);
  });

  test("JSON is a jobs file too", async () => {
    const [job] = await jobsOf(JSON.stringify({ jobs: [{ driver: "clips/a.mp4", photo: "faces/x.jpg", output: "a.mp4", face: 2 }] }));
    assert.equal(job.options.face, 2);
  });

  test("every mistake is told with its line, all at once", async () => {
    const message = await mistakesOf(`
output: out/{driver}.mp4
defaults:
  strenth: 1.2
jobs:
  - driver: clips/a.mp4
    photo: faces/x.jpg
    missing: never
  - driver: 7
    photo: faces/x.jpg
    crf: 99
`);
    assert.match(message, /jobs\.yaml:4: .*`strenth`/);
    assert.match(message, /jobs\.yaml:8: Expected one of .*`ease`.* for `missing` but received "never"/);
    assert.match(message, /jobs\.yaml:9: Expected text or a list for `driver` but received 7/);
    assert.match(message, /jobs\.yaml:11: Expected a number of at most \d+ for `crf` but received 99/);
    assert.match(message, /found 4; nothing was begun/);
  });

  test("a file that is empty, or no list of jobs, is told what it should hold", async () => {
    assert.match(await mistakesOf(""), /Expected `jobs:` and a list of them but the file holds nothing/);
    assert.match(await mistakesOf("jobs:\n"), /Expected a list for `jobs` but there is nothing/);
    assert.match(await mistakesOf("jobs:\n  - driver: clips/a.mp4\n    output: a.mp4\n"), /jobs\.yaml:2: Expected text or a list for `photo` but there is nothing/);
  });

  test("what jobs share can be written once", async () => {
    const [, job] = await jobsOf("jobs:\n  - &first { driver: clips/a.mp4, photo: faces/x.jpg, output: a.mp4 }\n  - { <<: *first, output: b.mp4, end: 1 }\n");
    assert.deepEqual([job.name, job.options.end, job.options.input], ["b.mp4", 1, join(folder, "clips/a.mp4")]);
  });

  test("words that are no YAML", async () => {
    assert.match(await mistakesOf("jobs:\n  - driver: [clips/a.mp4\n    photo: x\n"), /jobs\.yaml:\d+: /);
  });

  test("what only the files tell: nothing fits, unknown names, one output for two, an input as output", async () => {
    const message = await mistakesOf(`jobs:
  - { driver: clips/*.mov, photo: faces/x.jpg, output: a.mp4 }
  - { driver: clips/a.mp4, photo: faces/x.jpg, output: "{movie}.mp4" }
  - { driver: clips/*.mp4, photo: faces/x.jpg, output: "{photo}.mp4" }
  - { driver: clips/a.mp4, photo: faces/x.jpg, output: clips/b.mp4 }
  - { driver: clips/a.mp4, photo: faces/x.jpg, output: notes.txt }
  - { driver: clips/a.mp4, photo: faces/x.jpg, output: cut.mp4, start: 5, end: 2 }
`);
    for (const [line, what] of [[2, /clips\/\*\.mov/], [3, /\{movie\}/], [4, /that of two/], [5, /also an input/], [6, /notes\.txt/], [7, /`end` after the start/]] as const) {
      assert.match(message.split("\n").find((text) => text.includes(`jobs.yaml:${line}:`)) ?? "", what);
    }
  });

  test("patterns", async () => {
    const found = async (pattern: string) => (await expandPattern(pattern, folder)).join(" ");
    assert.equal(await found("clips/*.mp4"), "clips/a.mp4 clips/b.mp4");
    assert.equal(await found("**/*.mp4"), "clips/a.mp4 clips/b.mp4 clips/deep/c.mp4");
    assert.equal(await found("clips/{b,a}.mp4"), "clips/a.mp4 clips/b.mp4");
    assert.equal(await found("clips/[!a].mp4"), "clips/b.mp4");
    assert.equal(await found("faces/?.jpg"), "faces/x.jpg faces/y.jpg");
    assert.equal(await found(join(folder, "faces/*")), `${folder}/faces/x.jpg ${folder}/faces/y.jpg`);
    assert.equal(await found("clips/.*"), "clips/.hidden.mp4");
    assert.equal(await found("none.mp4"), "none.mp4");
  });

  test("the schema is one that editors read", () => {
    const schema = jobsFileSchema() as { properties: { jobs: { items: { required: string[]; properties: Record<string, unknown> } } } };
    assert.deepEqual(schema.properties.jobs.items.required.filter((name) => name === "driver" || name === "photo"), ["driver", "photo"]);
    for (const name of ["strength", "missing", "priority", "output", "maxSide"]) assert.ok(name in schema.properties.jobs.items.properties, name);
  });
});

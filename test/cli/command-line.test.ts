import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXIT_CODES } from "../../src/errors.js";
import { runCli } from "./run-cli.js";

const COMMANDS = [["run"], ["batch"], ["status"], ["worker"], ["doctor"], ["bench"], ["dataset"], ["dataset", "build"], ["train"]];

describe("help", { concurrency: 2 }, () => {
  test("the program's names every command and every exit code", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    for (const [command] of COMMANDS) assert.match(stdout, new RegExp(`^ +${command}\\b`, "m"));
    for (const [name, number] of Object.entries(EXIT_CODES)) assert.match(stdout, new RegExp(`^ +${number} +${name} +\\S`, "m"));
  });

  for (const command of COMMANDS) {
    test(`reenact ${command.join(" ")} --help`, async () => {
      const { code, stdout, stderr } = await runCli([...command, "--help"]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.match(stdout, new RegExp(`^Usage: reenact ${command.join(" ")} `));
      if (command[0] !== "dataset" || command.length > 1) assert.match(stdout, /^Examples:$/m);
    });
  }

  test("the version is that of the package", async () => {
    const { code, stdout } = await runCli(["--version"]);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\S*\n$/);
  });
});

describe("a wrong command line ends with 2 and one line", { concurrency: 2 }, () => {
  const cases: Record<string, string[]> = {
    "an unknown command": ["rum"],
    "an unknown option": ["doctor", "--jason"],
    "an unknown option of a subcommand": ["dataset", "build", "--photo", "x"],
    "a missing option": ["run", "--onto", "photo.jpg", "out.mp4"],
    "a missing argument": ["run", "-i", "in.mp4", "--onto", "photo.jpg"],
    "a choice that there is not": ["bench", "--engine", "magic"],
    "a number out of its bounds": ["run", "-i", "in.mp4", "--onto", "photo.jpg", "--strength", "3", "out.mp4"],
    "a time that is none": ["run", "-ss", "soon", "-i", "in.mp4", "--onto", "photo.jpg", "out.mp4"],
    "both yes and no": ["run", "-y", "-n", "-i", "in.mp4", "--onto", "photo.jpg", "--progress", "none", "out.mp4"],
    "both yes and no in a batch": ["batch", "-y", "-n", "jobs.yaml"],
    "an end and a duration": ["run", "-to", "3", "-t", "2", "-i", "in.mp4", "--onto", "photo.jpg", "--progress", "none", "out.mp4"],
    "a stream that cannot be chosen": ["run", "-map", "0:s:0", "-i", "in.mp4", "--onto", "photo.jpg", "--progress", "none", "out.mp4"],
    "a rate that is none": ["run", "-r", "0", "-i", "in.mp4", "--onto", "photo.jpg", "out.mp4"],
    "a part that training cannot leave out": ["train", "--data", "d", "--out", "o", "--without", "face"],
  };
  for (const [what, args] of Object.entries(cases)) {
    test(what, async () => {
      const { code, stdout, stderr } = await runCli(args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, /^reenact: [^\n]+\n$/);
    });
  }
});

describe("what the other commands cannot do has a code of its own and one line", { concurrency: 2 }, () => {
  const cases: Record<string, [code: number, args: string[]]> = {
    "a driver to measure with that is not there": [10, ["bench", "--driver", "/no/driver.mp4"]],
    "weights to start from that are not there": [31, ["train", "--data", "/no/data", "--out", "/no/run", "--init", "/no/weights"]],
  };
  for (const [what, [code, args]] of Object.entries(cases)) {
    test(what, async () => {
      const result = await runCli(args);
      assert.deepEqual({ code: result.code, stdout: result.stdout }, { code, stdout: "" });
      assert.match(result.stderr, /^reenact: [^\n]+\n$/);
    });
  }
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSocketServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cpuSeconds } from "../../src/cli/bench/cpu-seconds.js";
import { withinOnce } from "../helpers/within-once.js";
import { temporaryFolder } from "../streams/media.js";
import { PROGRAM } from "./program.js";

const folder = await temporaryFolder(), photo = fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url));

/** A server that never answers, and whatever closes it with all that came. */
async function silence(kind: "request" | "connection"): Promise<{ server: Server; end: () => void }> {
  const server = kind === "request" ? createServer(() => {}) : createSocketServer();
  const ends: (() => void)[] = [() => server.close()];
  server.on("connection", (socket) => ends.push(() => socket.destroy()) && socket.on("error", () => {}));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, end: () => ends.forEach((end) => end()) };
}

/** Resolves when a process has done nothing for a while. */
async function idle(pid: number): Promise<void> {
  for (let before = cpuSeconds(pid); ;) {
    await delay(before === undefined ? 6000 : 1500);
    const now = cpuSeconds(pid);
    if (before === undefined || now === undefined || now - before < 0.025) return;
    before = now;
  }
}

describe("a run that waits for its input is stopped within a second, with 130 and one line, and leaves nothing", () => {
  const cases: [what: string, input: (port: number) => string, PATH: string | undefined, signal: NodeJS.Signals][] = [
    ["the standard input", () => "-", undefined, "SIGINT"],
    ["a web server, asked by ffmpeg", (port) => `http://127.0.0.1:${port}/a.mp4`, undefined, "SIGTERM"],
    ["a web server, asked by this program", (port) => `http://127.0.0.1:${port}/a.mp4`, "", "SIGTERM"],
    ["a camera", (port) => `rtsp://127.0.0.1:${port}/camera`, undefined, "SIGINT"],
    ["a socket", (port) => `tcp://127.0.0.1:${port}`, undefined, "SIGTERM"],
  ];
  for (const [what, input, path, signal] of cases) {
    /** Starts a run and stops it when it waits; resolves with the milliseconds until it has ended. */
    async function stopped(): Promise<number> {
      const event = input(0).startsWith("http") ? "request" : "connection", { server, end } = await silence(event);
      const scratch = await mkdtemp(join(folder, "scratch-")), outputs = await mkdtemp(join(folder, "outputs-"));
      const args = ["run", "-i", input((server.address() as AddressInfo).port), "--onto", photo, "--progress", "none", "--no-cache", join(outputs, "out.mp4")];
      const env = { ...process.env, TMPDIR: scratch, NO_COLOR: "1", REENACT_DEBUG: "", ...(path !== undefined && { PATH: path }) };
      const asked = once(server, event), child = spawn(process.execPath, [...PROGRAM, ...args], { stdio: ["pipe", "pipe", "pipe"], env });
      let stderr = "";
      child.stderr.on("data", (part: Buffer) => { stderr += part.toString(); });
      try {
        if (input(0) === "-") {
          child.stdin.write("the first bytes of a video");
          while (!(await readdir(scratch)).some((name) => name.startsWith("reenact-input-"))) await delay(50);
        } else await asked;
        await idle(child.pid!); // it waits by now, and the models that are opened meanwhile are there
        const began = performance.now(), ended = once(child, "close");
        child.kill(signal);
        assert.deepEqual(await ended, [130, null], stderr);
        const took = performance.now() - began;
        assert.match(stderr, /^reenact: [^\n]+\n$/);
        assert.deepEqual((await readdir(scratch)).filter((name) => name.startsWith("reenact-")), []);
        assert.deepEqual(await readdir(outputs), []);
        return took;
      } finally {
        child.kill("SIGKILL");
        end();
      }
    }

    test(`${what}, ${signal}`, { timeout: 240_000 }, () => withinOnce(1000, "until it has ended", stopped));
  }
});

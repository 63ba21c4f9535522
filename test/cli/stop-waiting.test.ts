import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createServer as createSocketServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../streams/media.js";

const folder = await temporaryFolder(), scratch = join(folder, "scratch");
const photo = fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url)), entry = fileURLToPath(new URL("./entry.ts", import.meta.url));

describe("a run that waits for its input is stopped within a second, with 130 and one line, and leaves nothing", () => {
  /** Neither ever answers; each tells of who came. */
  let web: Server, mute: ReturnType<typeof createSocketServer>;
  const sockets = new Set<Socket>();
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

  before(async () => {
    await mkdir(scratch);
    web = createServer(() => {});
    mute = createSocketServer((socket) => sockets.add(socket.on("error", () => {})));
    for (const server of [web, mute]) await once(server.listen(0, "127.0.0.1"), "listening");
  });
  after(() => {
    web.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    for (const server of [web, mute]) server.close();
  });

  const cases: [what: string, input: () => string, PATH: string | undefined, signal: NodeJS.Signals][] = [
    ["the standard input", () => "-", undefined, "SIGINT"],
    ["a web server, asked by ffmpeg", () => `http://127.0.0.1:${port(web)}/a.mp4`, undefined, "SIGTERM"],
    ["a web server, asked by this program", () => `http://127.0.0.1:${port(web)}/a.mp4`, "", "SIGTERM"],
    ["a camera", () => `rtsp://127.0.0.1:${port(mute)}/camera`, undefined, "SIGINT"],
    ["a socket", () => `tcp://127.0.0.1:${port(mute)}`, undefined, "SIGTERM"],
  ];
  for (const [what, input, path, signal] of cases) {
    test(`${what}, ${signal}`, { timeout: 120_000 }, async () => {
      const env = { ...process.env, TMPDIR: scratch, NO_COLOR: "1", REENACT_DEBUG: "", ...(path !== undefined && { PATH: path }) };
      const child = spawn(process.execPath, ["--import", "tsx", entry, "run", "-i", input(), "--onto", photo, "--progress", "none", "--no-cache", join(folder, "out.mp4")], { stdio: ["pipe", "pipe", "pipe"], env });
      let stderr = "";
      child.stderr.on("data", (part: Buffer) => { stderr += part.toString(); });
      if (input() === "-") {
        child.stdin.write("the first bytes of a video");
        while (!(await readdir(scratch)).some((name) => name.startsWith("reenact-input-"))) await new Promise((resolve) => setTimeout(resolve, 50));
      } else await once(input().startsWith("http") ? web : mute, input().startsWith("http") ? "request" : "connection");
      // It waits by now, and the models that are opened meanwhile are there.
      await new Promise((resolve) => setTimeout(resolve, 6000));
      const stopped = performance.now(), ended = once(child, "close");
      child.kill(signal);
      assert.deepEqual(await ended, [130, null], stderr);
      const took = performance.now() - stopped;
      assert.ok(took < 1000, `${took} ms`);
      assert.match(stderr, /^reenact: [^\n]+\n$/);
      assert.deepEqual((await readdir(scratch)).filter((name) => name.startsWith("reenact-")), []);
      assert.deepEqual((await readdir(folder)).filter((name) => name !== "scratch"), []);
    });
  }
});

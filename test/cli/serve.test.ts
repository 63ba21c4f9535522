import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { heapSettings } from "../../src/cli/serve/heap-settings.js";
import { LiveClient } from "../../src/client/index.js";
import { withinOnce } from "../helpers/within-once.js";
import { PROGRAM } from "./program.js";
import { runCli } from "./run-cli.js";

const PHOTO = fileURLToPath(new URL("../../examples/media/photo.jpg", import.meta.url));

/** Starts `reenact serve` and waits until it listens; it has `exited` when it and all that it started have. */
const serve = (...args: string[]) => serveWith({}, ...args);

async function serveWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [...PROGRAM, "serve", "--port", "0", "--max-side", "128", "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1", REENACT_TOKEN: "", ...env },
  });
  const logs = text(child.stderr), exited = once(child, "close") as Promise<[number | null, string | null]>;
  const lines: string[] = [];
  child.stdout.setEncoding("utf8");
  await Promise.race([
    new Promise<void>((resolve) => child.stdout.on("data", (part: string) => { lines.push(part); if (part.includes("\n")) resolve(); })),
    exited.then(async () => { throw new Error(`Expected the server to start but it ended: ${await logs}`); }),
  ]);
  return { child, logs, exited, ...JSON.parse(lines.join("")) as { url: string; network: string[]; port: number; token: string | null } };
}

test("it prints where it listens, serves, and SIGTERM ends sessions with a reason and the program with 0", async () => {
  const { child, logs, exited, url, port, token } = await serve("--onto", PHOTO);
  try {
    assert.equal(url, `http://127.0.0.1:${port}/`);
    assert.equal(token, null);
    assert.equal((await fetch(`${url}healthz`)).status, 200);
    const states: string[] = [];
    const client = new LiveClient(`ws://127.0.0.1:${port}/live`, { onResult: () => {}, onState: (state, why) => states.push(`${state}: ${why?.message ?? ""}`) });
    const { photo } = await client.connect();
    assert.deepEqual([photo?.width, photo?.height], [128, 128]);
    child.kill("SIGTERM");
    const [code, signal] = await exited;
    assert.deepEqual([code, signal], [0, null]);
    assert.match(states.join("\n"), /waiting: The server closed: the server ends/);
    await client.close();
    const records = (await logs).split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as { msg: string; session?: number });
    assert.ok(records.some(({ msg, session }) => msg === "session opened" && session === 1), "logs are JSON lines");
    assert.ok(records.some(({ msg }) => msg === "session ended"));
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
});

test("SIGTERM while photos of 25 million pixels are looked at ends it within five seconds, with 0", async () => {
  const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: "#345" } }).avif({ effort: 0 }).toBuffer();
  await withinOnce(5000, "until it has ended", async () => {
    const { child, exited, port } = await serve("--log-level", "silent");
    try {
      const clients = await Promise.all(Array.from({ length: 3 }, async () => {
        const client = new LiveClient(`ws://127.0.0.1:${port}/live`, { onResult: () => {}, attempts: 1 });
        await client.connect();
        client.setPhoto(bomb).catch(() => {});
        return client;
      }));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const started = performance.now();
      child.kill("SIGTERM");
      assert.deepEqual(await exited, [0, null]);
      const took = performance.now() - started;
      await Promise.all(clients.map((client) => client.close()));
      return took;
    } finally {
      child.kill("SIGKILL");
      await exited;
    }
  });
});

/** The environments of those that a process has started, as far as they are `serve`'s own. */
async function environmentsBelow(pid: number): Promise<string[][]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean);
  const environments = await Promise.all(children.map(async (child) => [await readFile(`/proc/${child}/cmdline`, "utf8"), (await readFile(`/proc/${child}/environ`, "utf8")).split("\0")] as const));
  return environments.filter(([command]) => command.includes("serve-process")).map(([, environment]) => environment);
}

test("it serves in a process that gives memory back, of which nothing stays when the program is killed", { skip: !heapSettings({}) && "no glibc" }, async () => {
  const { child, exited, url } = await serve("--log-level", "silent");
  try {
    const [environment, ...others] = await environmentsBelow(child.pid!);
    assert.ok(environment?.includes("MALLOC_ARENA_MAX=1"));
    assert.deepEqual(others, []);
    assert.equal((await fetch(`${url}healthz`)).status, 200);
  } finally {
    child.kill("SIGKILL");
    assert.deepEqual(await exited, [null, "SIGKILL"]); // of all that hold its standard output and error
  }
  await assert.rejects(fetch(`${url}healthz`), "nobody listens any more");
});

test("it ends as its process ends, be it by a signal", { skip: !heapSettings({}) && "no glibc" }, async () => {
  const { child, exited } = await serve("--log-level", "silent");
  const [pid] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")).split(" ").map(Number);
  process.kill(pid, "SIGKILL");
  assert.deepEqual(await exited, [null, "SIGKILL"]);
});

test("whoever has settings of memory of their own keeps them, in one process", { skip: !heapSettings({}) && "no glibc" }, async () => {
  const { child, exited } = await serveWith({ MALLOC_ARENA_MAX: "3" }, "--log-level", "silent");
  try {
    assert.deepEqual(await environmentsBelow(child.pid!), []);
    child.kill("SIGTERM");
    assert.deepEqual(await exited, [0, null]);
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
});

test("another address wants a token, which is made and printed; SIGINT before anybody came ends with 0", async () => {
  const { child, exited, url, port, token, network } = await serve("--host", "0.0.0.0", "--log-level", "silent");
  try {
    assert.match(token ?? "", /^[\w-]{24}$/);
    assert.equal(url, `http://localhost:${port}/#token=${token}`);
    for (const other of network) assert.match(other, new RegExp(`^http://\\d+\\.\\d+\\.\\d+\\.\\d+:${port}/#token=${token}$`));
    const stranger = new LiveClient(`ws://127.0.0.1:${port}/live`, { onResult: () => {} });
    await assert.rejects(stranger.connect(), { code: "SERVER_REFUSED" });
    const known = new LiveClient(`ws://127.0.0.1:${port}/live`, { token: token!, onResult: () => {} });
    assert.equal((await known.connect()).photo, null, "without --onto every client brings its own photo");
    await known.close();
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null]);
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
});

test("what cannot work is told in one line, with its exit code", async () => {
  const taken = createServer();
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const cases: [code: number, args: string[]][] = [
    [10, ["--onto", "/no/photo.jpg"]],
    [2, ["--tls-cert", "only.pem"]],
    [10, ["--tls-cert", "/no/cert.pem", "--tls-key", "/no/key.pem"]],
    [2, ["--port", "99999"]],
    [2, ["--origin", "example.org"]],
    [2, ["--token", "short"]],
    [50, ["--port", String(port)]],
  ];
  try {
    for (const [code, args] of cases) {
      const result = await runCli(["serve", ...args], { REENACT_TOKEN: "" });
      assert.deepEqual({ code: result.code, stdout: result.stdout }, { code, stdout: "" }, args.join(" "));
      assert.match(result.stderr, /^reenact: [^\n]+\n$/);
    }
  } finally {
    taken.close();
  }
});

test("its help fits 80 columns and tells every limit's default", async () => {
  const { code, stdout } = await runCli(["serve", "--help"]);
  assert.equal(code, 0);
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  const options = stdout.replace(/\n {20,}/g, " ");
  for (const name of ["host", "port", "max-side", "quality", "max-sessions", "max-fps", "max-message", "max-frame", "max-frame-pixels", "max-photo-pixels", "idle-timeout", "heartbeat", "in-work", "batch"]) {
    assert.match(options, new RegExp(`--${name} <[^>]+>.*\\(default: [^)]+\\)`), name);
  }
});

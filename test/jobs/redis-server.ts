import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { until } from "./batch-world.js";

/** Why tests that want a Redis are skipped, where they are. */
export const needsRedis = { skip: spawnSync("redis-server", ["--version"]).status !== 0 && "needs redis-server (Debian: apt-get install redis-server)" };

/** A real redis-server of this test's own. */
export interface RedisServer {
  readonly url: string;
  /** Ends it, and forgets everything it holds: as after a loss of power, without its disk. */
  stop(): Promise<void>;
  /** Starts it at the same address. */
  start(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts one in `folder`; `afterwards` is told how to end it. */
export async function startRedis(folder: string, afterwards: ((work: () => Promise<void>) => void) | undefined): Promise<RedisServer> {
  const port = await freePort(), url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const start = async () => {
    child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder], { stdio: "ignore" });
    const probe = new Redis(url, { maxRetriesPerRequest: null });
    probe.on("error", () => {});
    await until("redis-server answers", () => probe.ping().then((word) => word === "PONG", () => false), 60);
    probe.disconnect();
  };
  afterwards?.(stop);
  await start();
  return { url, stop, start };
}

import { readFile } from "node:fs/promises";
import { EXIT_CODES, ReenactError } from "../../errors.js";
import type { LiveServer } from "../../server/live-server.js";
import { throwIfAborted } from "../../streams/abort.js";
import { packageInfo } from "../package-info.js";

/** The command line of `reenact serve`, parsed: numbers, strings and plain objects, which can go to another process. */
export interface ServeFlags {
  onto?: string;
  face: "largest" | number;
  host: string;
  port: number;
  token?: string;
  origin?: string[];
  tlsCert?: string;
  tlsKey?: string;
  engine: "auto" | "onnx" | "tfjs";
  modelDir?: string;
  weights?: string;
  cache?: boolean;
  maxSide: number;
  quality: number;
  to?: string;
  toSize: { width: number; height: number };
  toFps: number;
  toBackground: string;
  mark: boolean;
  maxSessions: number;
  maxViewers: number;
  maxFps: number;
  maxMessage: number;
  maxFrame: number;
  maxFramePixels: number;
  maxPhotoPixels: number;
  idleTimeout: number;
  heartbeat: number;
  inWork: number;
  batch: number;
  logLevel?: string;
  json?: boolean;
}

/** Milliseconds after a signal by which the program ends, whatever runs. */
const END_WITHIN = 3500;

/** Serves until `signal` is aborted. @throws ReenactError whatever keeps it from starting */
export async function serve(flags: ServeFlags, signal: AbortSignal): Promise<void> {
  const tls = await readTls(flags);
  // Only now: help and mistakes in the command line need no models.
  const [{ startLiveServer }, { pino, destination }] = await Promise.all([import("../../server/live-server.js"), import("pino")]);
  throwIfAborted(signal);
  const log = pino({ level: flags.logLevel ?? (process.stderr.isTTY ? "warn" : "info"), base: { name: "reenact" } }, destination({ dest: 2, sync: true }));
  let started = false;
  signal.addEventListener("abort", () => setTimeout(() => {
    log.warn("what was under way did not end in time");
    process.exit(started ? 0 : EXIT_CODES.ABORTED);
  }, END_WITHIN).unref(), { once: true });
  const server = await startLiveServer({
    photo: flags.onto, face: flags.face, host: flags.host, port: flags.port, token: flags.token ?? (process.env.REENACT_TOKEN || undefined), origins: flags.origin, tls,
    engine: flags.engine, modelDir: flags.modelDir, weights: flags.weights, cache: flags.cache ?? false, quality: flags.quality, maxBatch: flags.batch,
    output: flags.to === undefined ? undefined : { to: flags.to, ...flags.toSize, rate: flags.toFps, background: flags.toBackground, mark: flags.mark },
    version: packageInfo().version, log, signal, onNote: (note) => process.stderr.write(`${note}\n`),
    limits: {
      maxSide: flags.maxSide, maxSessions: flags.maxSessions, maxViewers: flags.maxViewers, maxFps: flags.maxFps, maxMessageBytes: million(flags.maxMessage),
      maxFrameBytes: million(flags.maxFrame), maxFramePixels: million(flags.maxFramePixels), maxPhotoPixels: million(flags.maxPhotoPixels), idleTimeout: flags.idleTimeout,
      heartbeat: flags.heartbeat, inWork: flags.inWork,
    },
  });
  started = true;
  const { url, networkUrls, port, token } = server;
  process.stdout.write(flags.json ? `${JSON.stringify({ url, network: networkUrls, port, token: token ?? null })}\n` : `${describe(server, flags)}\n`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  log.info("ending");
  await server.close();
}

function million(n: number): number {
  return Math.round(1e6 * n);
}

async function readTls({ tlsCert, tlsKey }: ServeFlags): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) throw new ReenactError("USAGE", "Expected both --tls-cert and --tls-key but received one of them.");
  const read = (path: string) => readFile(path).catch((cause: unknown) => {
    throw new ReenactError("INPUT_NOT_FOUND", `Expected a PEM file at ${path} but it cannot be read: check --tls-cert and --tls-key.`, { cause });
  });
  return { cert: await read(tlsCert), key: await read(tlsKey) };
}

function describe({ url, networkUrls, token }: Pick<LiveServer, "url" | "networkUrls" | "token">, { tlsCert }: ServeFlags): string {
  const lines = [`Open ${url}`];
  if (networkUrls.length > 0 && networkUrls[0] !== url) lines.push(...networkUrls.map((other, i) => `${i === 0 ? "From other machines, or a phone: " : "  or: "}${other}`));
  if (token !== undefined) lines.push("Whoever has this URL can use the server: its token is the part behind #.");
  if (networkUrls.length > 0 && tlsCert === undefined) {
    lines.push("This is HTTP: browsers of other machines give it no camera, and who is on the network between can read the token and the pictures. Add --tls-cert and --tls-key, or put an HTTPS proxy in front.");
  }
  return lines.join("\n");
}

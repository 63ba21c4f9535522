import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT_CODES, ReenactError } from "../../errors.js";
import type { LiveServer } from "../../server/live-server.js";
import { interruptible } from "../interruptible.js";
import { packageInfo } from "../package-info.js";
import { integerBetween, numberBetween, parseColor, parseFace, parseSize } from "../parse-values.js";

interface ServeFlags {
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

const EXAMPLES = `
Examples:
  reenact serve --onto photo.jpg       open the URL that it prints
  reenact serve                        the same; the photo is chosen in the page
  reenact serve --onto photo.jpg --to v4l2:/dev/video9
                                       a camera for calls (Linux)
  reenact serve --onto photo.jpg --host 0.0.0.0 --tls-cert c.pem --tls-key k.pem
                                       for the network: HTTPS, and a token
  curl -H "Authorization: Bearer $TOKEN" https://host:7860/metrics

The page asks for the camera, and the photo comes alive. Camera, photo, view and
strength are chosen in it, and remembered by the browser; ? lists its keys.
URL?view shows, in OBS or on another screen, what the page shows, without a
camera; the page's button "Copy the address for OBS" gives the whole address.
URL?clean is a page of its own, camera and all, of which only the picture is
seen. Behind ? or & the URL also takes view=photo|face|beside, strength=1.2,
head=still, head-strength=0.5, gaze=photo, expression=absolute|calibrated,
mirror=on|off, mark=off (no mark "synthetic"), camera=<part of its name>,
size=1280x720 and background=blur|transparent|<colour>.

Programs connect with the client of reenact/client: README.md, "Live", shows
how; dist/client/protocol.d.ts describes the protocol.

One engine serves all sessions, and their frames go through it together. When
more frames come than the machine can do, each session gets its share of the
newest ones and the rest is dropped before work is spent: the delay stays, the
rate falls.

Paths:
  /         the page               /healthz  200 while new sessions are taken
  /live     the WebSocket          /metrics  for Prometheus; where there is a
  /view     that of who watches    token, as Authorization: Bearer <token>
  /api/settings  POST, for hotkeys: JSON such as {"strength": 1.2,
            "neutral": "now", "paused": true}; where there is a token, the token
            as above, and among the settings "key": that of the address for OBS
Logs are JSON lines on the standard error.

It listens on this machine alone unless --host says otherwise. Any other address
needs a token (one is made and printed when none is given), and browsers give
cameras to HTTPS pages and localhost only. Pages load nothing from elsewhere.
Nothing is stored but what --to writes: frames and photos are in memory while
they are needed; --cache keeps photos' identity embeddings (numbers, not
pictures). With MediaPipe's model on this machine (see reenact doctor) the
page finds the face itself and sends 96 by 96 pixels of it, a few KB a frame;
otherwise it sends whole frames. Pictures are marked as synthetic.

Ctrl-C or SIGTERM tells the sessions why they end, and exits with 0. On Linux
the server takes a fifth less memory with this in its environment; glibc keeps
it for threads that may want it again otherwise:
MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144 MALLOC_TRIM_THRESHOLD_=262144`;

/** `reenact serve`: a webcam reenacted onto a photo, in a browser's page. */
export function serveCommand(): Command {
  return new Command("serve")
    .summary("reenact a webcam onto a photo, live in a browser")
    .description("Serve a page in which a webcam brings a photo to life.")
    .option("--onto <photo>", "the photo to begin with; without it, it is chosen in the page")
    .option("--face <which>", "which face of that photo: largest, or the n-th from the left", parseFace, "largest")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0 takes a free one", integerBetween(0, 65535), 7860)
    .option("--token <secret>", "what clients must know: 8 to 128 letters, digits, - and _ (also REENACT_TOKEN)")
    .option("--origin <origin>", "a page elsewhere that may connect, as https://example.org; may be given again", collectOrigin)
    .option("--tls-cert <file>", "certificate chain, PEM: serves HTTPS")
    .option("--tls-key <file>", "its key, PEM")
    .addOption(new Option("--engine <engine>", "what runs the network").choices(["auto", "onnx", "tfjs"]).default("auto"))
    .option("--model-dir <folder>", "where MediaPipe's face_landmarker.task is looked for first; nothing is fetched")
    .option("--weights <folder>", "other weights than those of the package")
    .option("--cache", "keep photos' identity embeddings on disk")
    .option("--max-side <pixels>", "photos are worked on at this longer side at most", integerBetween(64, 4096), 720)
    .option("--quality <n>", "JPEG quality of the pictures", integerBetween(1, 100), 85)
    .option("--to <where>", "also send the picture, and sound that the page sends, to v4l2:/dev/video9, rtmp://…, srt://…, udp://…, whip:https://… or a file")
    .addOption(new Option("--to-size <pixels>", "its size").argParser(parseSize).default({ width: 1280, height: 720 }, "1280x720"))
    .option("--to-fps <n>", "pictures a second; the last one again where none is new", integerBetween(1, 60), 30)
    .option("--to-background <colour>", "what is around it", parseColor, "#000000")
    .option("--no-mark", "what --to sends does not carry the word synthetic")
    .option("--max-sessions <n>", "clients at a time", integerBetween(1, 1000), 8)
    .option("--max-viewers <n>", "pages at a time that watch sessions (/?view)", integerBetween(0, 1000), 16)
    .option("--max-fps <n>", "frames a second that a client may send", numberBetween(1, 240), 60)
    .option("--max-message <MB>", "largest message, photos included", numberBetween(0.1, 1000), 12)
    .option("--max-frame <MB>", "largest frame", numberBetween(0.01, 100), 1)
    .option("--max-frame-pixels <millions>", "largest frame, decoded", numberBetween(0.01, 100), 2.1)
    .option("--max-photo-pixels <millions>", "largest photo that is sent, decoded", numberBetween(0.01, 1000), 25)
    .option("--idle-timeout <s>", "ends a session without frames", numberBetween(1, 86400), 60)
    .option("--heartbeat <s>", "between pings; two without an answer end a session", numberBetween(1, 3600), 10)
    .option("--in-work <n>", "frames of all sessions that are worked on at a time", integerBetween(1, 64), 4)
    .option("--batch <n>", "frames that go through the network together, at most", integerBetween(1, 64), 8)
    .addOption(new Option("--log-level <level>", "default: warn on a terminal, info otherwise").choices(["silent", "error", "warn", "info", "debug"]))
    .option("--json", "print where it listens as JSON on the standard output")
    .addHelpText("after", EXAMPLES)
    .action((flags: ServeFlags) => serve(flags));
}

async function serve(flags: ServeFlags): Promise<void> {
  const tls = await readTls(flags);
  // Only now: help and mistakes in the command line need no models.
  const [{ startLiveServer }, { pino, destination }] = await Promise.all([import("../../server/live-server.js"), import("pino")]);
  const log = pino({ level: flags.logLevel ?? (process.stderr.isTTY ? "warn" : "info"), base: { name: "reenact" } }, destination({ dest: 2, sync: true }));
  await interruptible(async (signal) => {
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
  });
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

function collectOrigin(text: string, before: string[] = []): string[] {
  let origin: string | undefined;
  try {
    ({ origin } = new URL(text));
  } catch {
    // said below
  }
  if (origin === undefined || origin === "null" || !/^https?:/.test(origin)) throw new InvalidArgumentError("Expected an origin such as https://example.org.");
  return [...before, origin];
}

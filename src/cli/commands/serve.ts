import { Command, InvalidArgumentError, Option } from "commander";
import { interruptible } from "../interruptible.js";
import { integerBetween, numberBetween, parseColor, parseFace, parseSize } from "../parse-values.js";
import { heapSettings } from "../serve/heap-settings.js";
import { serveApart } from "../serve/serve-apart.js";
import { serve, type ServeFlags } from "../serve/serve.js";

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
the server runs in a second process, in which glibc gives back memory; with
MALLOC_ARENA_MAX or another setting of that kind in the environment it does not.`;

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
    .option("--weights <folder>", "other weights than those of the package; small: the package's smaller network")
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
    .action((flags: ServeFlags) => {
      const settings = heapSettings();
      return settings ? serveApart(flags, settings) : interruptible((signal) => serve(flags, signal));
    });
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

import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { LiveClient, type LiveClientOptions, type LiveResult } from "../../src/client/index.js";
import type { Frame } from "../../src/frame.js";
import { openDecoder } from "../../src/streams/decode.js";
import { openInput } from "../../src/streams/media-input.js";
import { probeVideo } from "../../src/streams/probe.js";
import { startLiveServer, type LiveServer, type LiveServerOptions } from "../../src/server/live-server.js";

const media = (name: string) => fileURLToPath(new URL(`../../examples/media/${name}`, import.meta.url));

/** The example media. */
export const PHOTO = media("photo.jpg"), DRIVER = media("driver.mp4");

/** A real server on a free port of this machine, with the example's photo, small so that tests are quick. */
export function startServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const { limits, ...rest } = options;
  return startLiveServer({ photo: PHOTO, port: 0, limits: { maxSide: 320, ...limits }, ...rest });
}

/** Where a server's WebSocket is. */
export function liveUrl({ port }: LiveServer): string {
  return `ws://127.0.0.1:${port}/live`;
}

/** A connected client that keeps what comes. Whoever makes it closes it. */
export async function connect(server: LiveServer, options: Partial<LiveClientOptions> = {}): Promise<{ client: LiveClient; results: LiveResult[] }> {
  const results: LiveResult[] = [];
  const client = new LiveClient(liveUrl(server), { attempts: 1, onResult: (result) => void results.push(result), ...options });
  await client.connect();
  return { client, results };
}

/** Frames of the driver: every `step`-th of its first `count`·`step`. */
export async function driverFrames(count: number, step = 1): Promise<Frame[]> {
  const input = await openInput(DRIVER);
  try {
    await using decoder = await openDecoder(await probeVideo(input), { maxSide: 480 });
    const frames: Frame[] = [];
    for await (const frame of decoder) {
      if (frame.index % step === 0) frames.push({ ...frame, data: frame.data.slice() });
      if (frames.length === count) break;
    }
    return frames;
  } finally {
    await input.close();
  }
}

/** A frame as a camera's JPEG. */
export function toJpeg({ data, width, height }: Pick<Frame, "data" | "width" | "height">): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } }).jpeg({ quality: 90 }).toBuffer();
}

/** Resolves when `holds` does; fails after `timeout` milliseconds, saying `what`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeout = 60_000): Promise<void> {
  const end = performance.now() + timeout;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Expected ${what} within ${timeout / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

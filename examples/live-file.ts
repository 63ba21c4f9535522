/**
 * Streams a video file through a live server and writes what comes back as a video: as `reenact run` would, but over the network. Every
 * frame is sent and none dropped, so it takes as long as the server does.
 *
 *     npx reenact serve --onto photo.jpg &
 *     node --import tsx examples/live-file.ts driver.mp4 out.mp4 [ws://127.0.0.1:7860/live] [token]
 *
 * A program outside this package imports from "reenact" and "reenact/client".
 */
import sharp from "sharp";
import { Content, LiveClient, type LiveResult } from "../src/client/index.js";
import { EXIT_CODES, openDecoder, openEncoder, openInput, probeVideo, ReenactError, type FrameSink } from "../src/index.js";

const [video, output, url = "ws://127.0.0.1:7860/live", token] = process.argv.slice(2);

async function stream(): Promise<number> {
  if (!video || !output) throw new ReenactError("USAGE", "Expected a video and an output: live-file.ts driver.mp4 out.mp4 [url] [token]");
  const input = await openInput(video);
  const info = await probeVideo(input);
  let answered: ((result: LiveResult) => void) | undefined;
  const client = new LiveClient(url, { token, attempts: 3, onResult: (result) => answered?.(result) });
  let sink: FrameSink | undefined, written = 0;
  try {
    await client.connect();
    await using decoder = await openDecoder(info, { maxSide: 640 });
    for await (const frame of decoder) {
      const jpeg = await sharp(frame.data, { raw: { width: frame.width, height: frame.height, channels: 3 } }).jpeg({ quality: 90 }).toBuffer();
      const result = new Promise<LiveResult>((resolve) => { answered = resolve; });
      if (client.send({ content: Content.jpegPicture, data: jpeg, time: 1000 * frame.timestamp }) === undefined) throw new ReenactError("SERVER_REFUSED", "The connection was lost: start again.");
      const { data, info: size } = await sharp((await result).jpeg).raw().toBuffer({ resolveWithObject: true });
      sink ??= await openEncoder({
        output, width: size.width, height: size.height, overwrite: true, source: { info, origin: await decoder.origin(), cut: {}, audioFile: decoder.audioFile },
      });
      await sink.write({ data, width: size.width, height: size.height, index: frame.index, timestamp: frame.timestamp });
      written++;
    }
    await sink?.finish();
    return written;
  } finally {
    await sink?.abort(); // does nothing once it is finished
    await client.close();
    await input.close();
  }
}

try {
  console.log(`${output}: ${await stream()} frames`);
} catch (error) {
  console.error(`live-file: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof ReenactError ? error.exitCode : EXIT_CODES.INTERNAL;
}

import { stat } from "node:fs/promises";
import { ReenactError } from "../errors.js";
import { CONTAINERS, type Container } from "./container-formats.js";
import { mediaTools } from "./ffmpeg-path.js";
import { resolveOutput, type OutputOptions } from "./output-target.js";

/** Where a picture that goes on and on is sent. */
export interface LiveTarget {
  /** A camera that other programs see, somebody who listens, or a file. */
  readonly kind: "device" | "stream" | "file";
  /** For people: without what may be secret in an address. */
  readonly label: string;
  readonly container: Pick<Container, "muxer" | "video" | "audioEncoders"> | undefined;
  /** More options of the encoder. */
  readonly encoding?: readonly string[];
  /** The last options of the command: the muxer and where it writes. */
  readonly output: readonly string[];
}

const WAYS = "v4l2:/dev/video9, an address that begins with rtmp://, rtmps://, srt://, udp:// or whip:https://, or a file such as live.mp4";
/** Who cannot be told from files and devices by looking. */
const STREAM = /^(rtmps?|srt|udp):\/\/[^/]+/i, WHIP = /^whip:(https?:\/\/[^/]+.*)$/i;

/** Whether pictures that are sent there are shown at once, so that whoever makes them has to keep up with the clock. */
export function isLiveTarget(to: string): boolean {
  return /^(v4l2|whip):/i.test(to) || STREAM.test(to);
}

/**
 * Understands where to send pictures.
 *
 * @param options for a file
 * @throws ReenactError OUTPUT_INVALID (nothing that is known, no such device, no such folder), OUTPUT_EXISTS (a file), FFMPEG_MISSING
 */
export async function resolveLiveTarget(to: string, options: OutputOptions = {}): Promise<LiveTarget> {
  const [, scheme = ""] = /^([a-z0-9]+):/i.exec(to) ?? [];
  if (scheme === "v4l2") return device(to.slice(scheme.length + 1));
  const [, endpoint] = WHIP.exec(to) ?? [];
  if (endpoint) return whip(endpoint);
  if (STREAM.test(to)) {
    const flv = /^rtmp/i.test(to), { host } = new URL(to);
    return { kind: "stream", label: `${scheme.toLowerCase()}://${host}`, container: { muxer: flv ? "flv" : "mpegts", video: "h264", audioEncoders: ["aac"] }, output: ["-f", flv ? "flv" : "mpegts", to] };
  }
  // A drive's letter is no scheme.
  if (scheme.length > 1) throw new ReenactError("OUTPUT_INVALID", `Expected ${WAYS} but received \`${scheme}:…\`, which pictures cannot be sent to.`);
  const target = await resolveOutput(to, options);
  if (target.kind !== "file" || target.format === "gif") throw new ReenactError("OUTPUT_INVALID", `Expected ${WAYS} but received \`${to}\`.`);
  const container = CONTAINERS[target.format];
  // Written so that it can be played whenever it is cut off: without the flush a picture that stands still waits for minutes, until it has filled 32 KB.
  return { kind: "file", label: to, container, output: [...container.pipeOptions, "-flush_packets", "1", "-f", container.muxer, "-y", target.path] };
}

/** WebRTC at a server: H.264 as every browser plays it. */
async function whip(endpoint: string): Promise<LiveTarget> {
  const { ffmpeg } = await mediaTools();
  if (!(await ffmpeg.muxers()).has("whip")) {
    throw new ReenactError("OUTPUT_INVALID", `Expected an ffmpeg that speaks WHIP, as version 8 and later may, but ${ffmpeg.path} (${ffmpeg.version}) does not: name one that does (FFMPEG_PATH), or send rtmp:// or srt:// to a server that hands it on.`);
  }
  return {
    kind: "stream", label: `whip:${new URL(endpoint).origin}`, container: { muxer: "whip", video: "h264", audioEncoders: ["libopus"] }, encoding: ["-profile:v", "baseline"],
    output: ["-f", "whip", endpoint],
  };
}

async function device(path: string): Promise<LiveTarget> {
  if (process.platform !== "linux") throw new ReenactError("OUTPUT_INVALID", "Expected another output than v4l2, which Linux alone has: open /?view in OBS and start its virtual camera.");
  const found = await stat(path).catch(() => undefined);
  if (!found?.isCharacterDevice()) {
    const number = /(\d+)$/.exec(path)?.[1] ?? "9";
    throw new ReenactError("OUTPUT_INVALID", `Expected a loopback camera at \`${path}\` but there is none: make one with \`sudo modprobe v4l2loopback video_nr=${number} exclusive_caps=1 card_label=reenact\`.`);
  }
  return { kind: "device", label: path, container: undefined, output: ["-f", "v4l2", path] };
}

import { mediaTools, type MediaTools, type Tool } from "../../streams/ffmpeg-path.js";
import { asReenactError } from "../../as-reenact-error.js";
import { missing, type Finding, type Section } from "./finding.js";

const ORIGINS: Readonly<Record<Tool["origin"], string>> = { environment: "named by the environment", path: "on the PATH", npm: "from npm" };

/** The encoders that output formats depend on; `instead` are those that step in. */
const ENCODERS = [
  { name: "libx264", use: "mp4, mov and mkv", needed: true, instead: ["libopenh264", "mpeg4"] },
  { name: "aac", use: "their sound", needed: true, instead: [] },
  { name: "libvpx-vp9", use: "webm", needed: false, instead: ["libvpx"] },
  { name: "libopus", use: "webm's sound", needed: false, instead: ["libvorbis"] },
] as const;

const FULL_FFMPEG = "Install a full ffmpeg (Debian: apt-get install ffmpeg).";

/** ffmpeg, ffprobe and the encoders that matter. */
export async function checkFfmpeg(): Promise<Section> {
  const head = { key: "ffmpeg", title: "ffmpeg" };
  let tools: MediaTools, available: ReadonlySet<string>;
  try {
    tools = await mediaTools();
    available = await tools.ffmpeg.encoders();
  } catch (error) {
    return { ...head, findings: [missing("ffmpeg", error)], facts: { error: asReenactError(error).message } };
  }
  const { ffmpeg, ffprobe } = tools;
  const facts = {
    ffmpeg: { path: ffmpeg.path, version: ffmpeg.version, origin: ffmpeg.origin },
    ffprobe: { path: ffprobe.path, version: ffprobe.version, origin: ffprobe.origin },
    encoders: Object.fromEntries(ENCODERS.map(({ name }) => [name, available.has(name)])),
  };
  return { ...head, findings: [toolFinding("ffmpeg", ffmpeg), toolFinding("ffprobe", ffprobe), ...ENCODERS.map((encoder) => encoderFinding(encoder, available))], facts };
}

function toolFinding(name: string, { path, version, origin, isStatic }: Tool): Finding {
  const finding = { state: "ok", name, found: `${version}, ${ORIGINS[origin]}: ${path}` } as const;
  return isStatic ? { ...finding, advice: "It is linked statically and looks up no host names by itself: for RTSP, install the system's ffmpeg." } : finding;
}

function encoderFinding({ name, use, needed, instead }: (typeof ENCODERS)[number], available: ReadonlySet<string>): Finding {
  if (available.has(name)) return { state: "ok", name, found: `for ${use}` };
  const substitute = instead.find((other) => available.has(other));
  if (substitute !== undefined) return { state: "absent", name, found: `not in this ffmpeg; ${substitute} is used for ${use} instead`, advice: FULL_FFMPEG };
  if (!needed) return { state: "absent", name, found: `not in this ffmpeg: no ${use}`, advice: FULL_FFMPEG };
  return { state: "missing", name, found: `not in this ffmpeg, for ${use}`, advice: FULL_FFMPEG, code: "ENCODER_MISSING" };
}

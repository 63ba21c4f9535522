import { delimiter, join } from "node:path";
import { ReenactError } from "../errors.js";
import { ChildError, runChild } from "./child.js";
import { isExecutable, runnable } from "./runnable.js";

/** Where a program was found: named by the environment, on the PATH, or carried by an npm package. */
export type ToolOrigin = "environment" | "path" | "npm";

/** One program that was found and runs. */
export interface Tool {
  readonly path: string;
  readonly origin: ToolOrigin;
  /** As it calls itself: `5.1.9-0+deb12u1`, or `N-47683-g0e8eb07980-static` for a build between releases. */
  readonly version: string;
  /**
   * Whether it is linked statically, as the binaries from npm are. On Linux such a program crashes where the C library would load a
   * module of the system: to look up a host name, or to convert a character set.
   */
  readonly isStatic: boolean;
  /** Environment variables it has to be run with. */
  readonly env: Readonly<Record<string, string>>;
}

/** ffmpeg, and what of its abilities the commands depend on. */
export interface Ffmpeg extends Tool {
  /** libavcodec's [major, minor]: comparable also where the version is a commit. */
  readonly codecVersion: readonly [number, number];
  /** The names of its encoders; asked once, on the first call. */
  encoders(): Promise<ReadonlySet<string>>;
  /** The names of the codecs that it decodes; asked once, on the first call. */
  decodable(): Promise<ReadonlySet<string>>;
  /** The names of its filters; asked once, on the first call. */
  filters(): Promise<ReadonlySet<string>>;
  /** The names of what it can write; asked once, on the first call. */
  muxers(): Promise<ReadonlySet<string>>;
}

/** The pair of programs that everything in this folder runs. */
export interface MediaTools {
  readonly ffmpeg: Ffmpeg;
  readonly ffprobe: Tool;
}

type ToolName = "ffmpeg" | "ffprobe";

const ENVIRONMENT: Record<ToolName, string> = { ffmpeg: "FFMPEG_PATH", ffprobe: "FFPROBE_PATH" };

/** The version and libavcodec's version out of what `-version` prints; undefined when it is not one of these programs. */
export function parseVersion(text: string): { version: string; codecVersion: readonly [number, number] } | undefined {
  const version = /^ff(?:mpeg|probe) version (\S+)/m.exec(text)?.[1];
  const codec = /^libavcodec\s+(\d+)\.\s*(\d+)\./m.exec(text);
  if (version === undefined || codec === null) return undefined;
  return { version, codecVersion: [Number(codec[1]), Number(codec[2])] };
}

/** The names in what `-encoders` prints. */
export function parseEncoders(text: string): Set<string> {
  const list = text.slice(text.indexOf("------"));
  return new Set([...list.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)].map((match) => match[1] ?? ""));
}

/** The names of what can be decoded in what `-codecs` prints. */
export function parseDecodable(text: string): Set<string> {
  return new Set([...text.matchAll(/^ D[A-Z.]{5} (\S+)/gm)].map((match) => match[1] ?? "").filter((name) => name !== "="));
}

/** The names of what changes pictures in what `-filters` prints. */
export function parseFilters(text: string): Set<string> {
  return new Set([...text.matchAll(/^ [A-Z.]{2,3} (\S+) +V->V/gm)].map((match) => match[1] ?? ""));
}

/** The names in what `-muxers` prints. */
export function parseMuxers(text: string): Set<string> {
  return new Set([...text.matchAll(/^ [D ]E[d ]? +(\S+)/gm)].flatMap((match) => match[1].split(",")));
}

async function onPath(name: ToolName): Promise<string | undefined> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const path = join(folder, file);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function fromNpm(name: ToolName): Promise<string | undefined> {
  try {
    // These packages throw, even a bare string, on a platform that they carry nothing for.
    const carried = name === "ffmpeg" ? await import("@ffmpeg-installer/ffmpeg") : await import("@ffprobe-installer/ffprobe");
    return await runnable(carried.default.path);
  } catch {
    return undefined;
  }
}

type FoundTool = Tool & Pick<Ffmpeg, "codecVersion">;

async function tryTool(path: string, origin: ToolOrigin): Promise<FoundTool | Error> {
  try {
    const parsed = parseVersion(await runChild(path, ["-version"]));
    if (parsed === undefined) return new Error(`${path} ran, but is not what it should be`);
    const isStatic = process.platform === "linux" && parsed.version.includes("static");
    // Without a folder of modules it leaves character sets alone; every transport stream names its service in one.
    return { path, origin, ...parsed, isStatic, env: isStatic ? { GCONV_PATH: "/nonexistent" } : {} };
  } catch (error) {
    return error instanceof ChildError ? error : new Error(String(error), { cause: error });
  }
}

async function findTool(name: ToolName): Promise<FoundTool> {
  const variable = ENVIRONMENT[name];
  const named = process.env[variable];
  if (named !== undefined && named !== "") {
    const tool = await tryTool(named, "environment");
    if (!(tool instanceof Error)) return tool;
    throw new ReenactError("FFMPEG_MISSING", `Expected ${variable} to name a working ${name} but \`${named}\` does not run: correct or unset it.`, { cause: tool });
  }
  const failures: Error[] = [];
  for (const [origin, locate] of [["path", onPath], ["npm", fromNpm]] as const) {
    const path = await locate(name);
    if (path === undefined) continue;
    const tool = await tryTool(path, origin);
    if (!(tool instanceof Error)) return tool;
    failures.push(tool);
  }
  const found = failures.length === 0 ? "there is none" : `${failures.length} found there do not run`;
  throw new ReenactError(
    "FFMPEG_MISSING",
    `Expected a working ${name} on the PATH or in the npm packages but ${found}: install ffmpeg (Debian: apt-get install ffmpeg) or set ${variable}.`,
    { cause: failures[0] },
  );
}

async function findTools(): Promise<MediaTools> {
  const [ffmpeg, ffprobe] = await Promise.all([findTool("ffmpeg"), findTool("ffprobe")]);
  const listed = (option: string, parse: (text: string) => ReadonlySet<string>) => {
    let known: Promise<ReadonlySet<string>> | undefined;
    return () => (known ??= runChild(ffmpeg.path, ["-hide_banner", option]).then(parse));
  };
  return {
    ffmpeg: {
      ...ffmpeg,
      encoders: listed("-encoders", parseEncoders),
      decodable: listed("-codecs", parseDecodable),
      filters: listed("-filters", parseFilters),
      muxers: listed("-muxers", parseMuxers),
    },
    ffprobe,
  };
}

const cache = new Map<string, Promise<MediaTools>>();

/**
 * Finds ffmpeg and ffprobe: what FFMPEG_PATH and FFPROBE_PATH name, else those on the PATH, else the binaries in the npm packages
 * `@ffmpeg-installer/ffmpeg` and `@ffprobe-installer/ffprobe`. Each is run once; the result is kept as long as the environment stays.
 * @throws {ReenactError} FFMPEG_MISSING
 */
export function mediaTools(): Promise<MediaTools> {
  const key = JSON.stringify([process.env["FFMPEG_PATH"], process.env["FFPROBE_PATH"], process.env["PATH"]]);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const found = findTools();
  cache.set(key, found);
  // A failure is not kept: whoever installs ffmpeg now is served next time.
  found.catch(() => cache.delete(key));
  return found;
}

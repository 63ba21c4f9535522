import { access, constants, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { ReenactError } from "../errors.js";
import { formatNamed, isPictureFormat, type ContainerName, type OutputFormat, type PICTURE_FORMATS } from "./container-formats.js";

/** Where frames go: a file, a numbered sequence of pictures, or something that can only be written forwards (a pipe, a device). */
export type OutputTarget =
  | { readonly kind: "file"; readonly format: ContainerName; readonly path: string; readonly label: string }
  | { readonly kind: "sequence"; readonly format: (typeof PICTURE_FORMATS)[number]; readonly folder: string; readonly name: (number: number) => string; readonly label: string }
  | { readonly kind: "pipe"; readonly format: ContainerName; readonly path: string | undefined; readonly label: string };

/** How {@link resolveOutput} decides. */
export interface OutputOptions {
  /** What `-f` names; default: by the extension. */
  readonly format?: string | undefined;
  /** Whether an existing file may be replaced; default no. */
  readonly overwrite?: boolean | undefined;
  /** Files that must not be replaced in any case: what is being read. */
  readonly inputs?: readonly (string | undefined)[];
}

const FORMATS = "mp4, mov, mkv, webm, gif, or a sequence such as frame-%05d.png";
const NUMBER = /%(0?)(\d*)d/;

function chooseFormat(output: string, named: string | undefined): OutputFormat {
  const extension = extname(output).slice(1);
  const format = formatNamed(named ?? extension);
  if (format !== undefined) return format;
  if (named !== undefined) throw new ReenactError("OUTPUT_INVALID", `Expected one of ${FORMATS} as the output format but received \`${named}\`.`);
  if (output === "-") throw new ReenactError("OUTPUT_INVALID", "Expected a format for the standard output: name it with -f, such as `-f mp4 -`.");
  const found = extension === "" ? "has no extension" : `ends in .${extension}`;
  throw new ReenactError("OUTPUT_INVALID", `Expected ${FORMATS} as the output but \`${output}\` ${found}: change it, or name the format with -f.`);
}

async function checkFolder(folder: string, output: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw new ReenactError("OUTPUT_INVALID", `The folder of \`${output}\` does not exist: create it first.`);
  if (!found.isDirectory()) throw new ReenactError("OUTPUT_INVALID", `\`${folder}\` is not a folder, so that \`${output}\` cannot be in it.`);
  await access(folder, constants.W_OK).catch((cause: Error) => {
    throw new ReenactError("OUTPUT_INVALID", `You have no permission to write to the folder of \`${output}\`.`, { cause });
  });
}

function existsError(path: string): ReenactError {
  return new ReenactError("OUTPUT_EXISTS", `\`${path}\` exists already: allow replacing it with -y, or choose another name.`);
}

/**
 * Decides what an output is, and whether it may be written.
 * @throws {ReenactError} OUTPUT_INVALID (a folder, an unknown format, no such folder, no permission, the input itself), OUTPUT_EXISTS.
 */
export async function resolveOutput(output: string, options: OutputOptions = {}): Promise<OutputTarget> {
  const { overwrite = false, inputs = [] } = options;
  const found = output === "-" ? undefined : await stat(output).catch(() => undefined);
  if (found?.isDirectory()) throw new ReenactError("OUTPUT_INVALID", `Expected a file as the output but \`${output}\` is a folder: name a file in it, such as \`${join(output, "out.mp4")}\`.`);
  const format = chooseFormat(output, options.format);
  if (isPictureFormat(format)) return sequence(output, format, overwrite);
  if (output === "-") return { kind: "pipe", format, path: undefined, label: "standard output" };
  const path = resolve(output);
  if (found !== undefined && !found.isFile()) return { kind: "pipe", format, path, label: output };
  await checkFolder(dirname(path), output);
  if (found !== undefined) {
    const real = await realpath(path);
    const read = await Promise.all(inputs.map(async (input) => (input === undefined ? undefined : realpath(input).catch(() => undefined))));
    if (read.includes(real)) throw new ReenactError("OUTPUT_INVALID", `\`${output}\` is also an input: choose another name for the output.`);
    if (!overwrite) throw existsError(output);
  }
  return { kind: "file", format, path, label: output };
}

async function sequence(output: string, format: (typeof PICTURE_FORMATS)[number], overwrite: boolean): Promise<OutputTarget> {
  const file = basename(output);
  const match = NUMBER.exec(file);
  if (output === "-" || match === null) {
    throw new ReenactError("OUTPUT_INVALID", `Expected a number in the name of a sequence of pictures, such as frame-%05d.${format}, but received \`${output}\`.`);
  }
  const [placeholder, zero, width] = match;
  const folder = resolve(dirname(output));
  const name = (number: number) => file.replace(placeholder, String(number).padStart(Number(width), zero === "0" ? "0" : " "));
  await checkFolder(folder, output);
  const first = join(folder, name(1));
  if (!overwrite && (await stat(first).then(() => true, () => false))) throw existsError(first);
  return { kind: "sequence", format, folder, name, label: output };
}

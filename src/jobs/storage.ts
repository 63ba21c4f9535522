import { ReenactError } from "../errors.js";

/**
 * Where the parts of a run lie while it is worked on, for everybody who works on it: a folder, or S3. Keys are paths with `/`. A key
 * appears at once and complete, and what it holds never changes: whoever comes second with the same result loses nothing.
 */
export interface Storage extends AsyncDisposable {
  /** For people. */
  readonly label: string;
  /** Moves a file of this machine into the storage; the file is gone then. What the key holds already stays. @throws {ReenactError} DISK_FULL, STORAGE_FAILED */
  put(key: string, path: string): Promise<void>;
  /** {@link put} that leaves the file where it is. */
  putCopy(key: string, path: string): Promise<void>;
  /** {@link put} for text. */
  putText(key: string, text: string): Promise<void>;
  /** What a key holds as text; undefined when it holds nothing. */
  readText(key: string): Promise<string | undefined>;
  /** Bytes of what a key holds; undefined when it holds nothing. */
  size(key: string): Promise<number | undefined>;
  /** A file of this machine with what a key holds, to be read and not to be changed: `path` where it has to be fetched. @throws {ReenactError} DISK_FULL, STORAGE_FAILED */
  fetch(key: string, path: string): Promise<string>;
  /** Removes every key that begins with `prefix` and a `/`. */
  remove(prefix: string): Promise<void>;
  /** Ends connections; can be called again. */
  close(): Promise<void>;
}

/** The error for a key that should hold something. */
export function missingError(key: string, label: string): ReenactError {
  return new ReenactError("STORAGE_FAILED", `Expected \`${key}\` in ${label} but it is not there: run the same command again.`);
}

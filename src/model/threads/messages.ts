import { ReenactError, type ErrorCode } from "../../errors.js";

/** To a thread: a request whose answer is wanted under its number, one that has none, or the wish that the thread ends. */
export type ToThread<Request> = { readonly id?: number; readonly request: Request } | "close";

/** From a thread: first, under 0, that it is ready, or why not; then an answer to every request that has a number. */
export type FromThread = { readonly id: number; readonly reply: unknown } | { readonly id: number; readonly error: ErrorNote };

/** What can be told of an error across threads. */
export interface ErrorNote {
  /** Of a ReenactError; undefined for any other. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

/** What is told of whatever was thrown. */
export function noteOf(thrown: unknown): ErrorNote {
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { message, stack, code: thrown instanceof ReenactError ? thrown.code : undefined };
}

/** The error that was told of. */
export function errorOf({ code, message, stack }: ErrorNote): Error {
  const error = code ? new ReenactError(code, message) : new Error(message);
  error.stack = stack;
  return error;
}

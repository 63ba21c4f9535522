/**
 * Every cause a user can do something about, with the exit code the program ends with.
 * 0 is success, 1 an internal error, 2 a wrong command line; 130 stands for an abort (128 + SIGINT), as in a shell.
 */
export const EXIT_CODES = {
  INTERNAL: 1,
  USAGE: 2,
  INPUT_NOT_FOUND: 10,
  INPUT_UNREADABLE: 11,
  INPUT_EMPTY: 12,
  PHOTO_UNREADABLE: 13,
  PHOTO_TOO_LARGE: 14,
  NO_FACE_IN_PHOTO: 15,
  NO_FACE_IN_VIDEO: 16,
  OUTPUT_INVALID: 20,
  OUTPUT_EXISTS: 21,
  DISK_FULL: 22,
  ENCODER_MISSING: 23,
  ENCODE_FAILED: 24,
  FFMPEG_MISSING: 30,
  MODEL_MISSING: 31,
  MODEL_CORRUPT: 32,
  ENGINE_UNAVAILABLE: 33,
  DATA_INVALID: 40,
  ADDRESS_UNAVAILABLE: 50,
  SERVER_REFUSED: 51,
  PROTOCOL: 52,
  JOBS_INVALID: 60,
  JOBS_SOME_FAILED: 61,
  JOBS_ALL_FAILED: 62,
  RUN_BUSY: 63,
  QUEUE_UNAVAILABLE: 64,
  STORAGE_FAILED: 65,
  ABORTED: 130,
} as const;

/** The name of a cause: a key of {@link EXIT_CODES}. */
export type ErrorCode = keyof typeof EXIT_CODES;

/**
 * An error that is told to a person: its message is one sentence saying what was expected, what was found and what to do.
 * Callers branch on `code`, never on the message.
 */
export class ReenactError extends Error {
  override readonly name = "ReenactError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The program's exit code for this cause, 1…255. */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

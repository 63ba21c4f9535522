import { EXIT_CODES, type ErrorCode } from "../errors.js";

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  INTERNAL: "something unexpected: REENACT_DEBUG=1 shows where",
  USAGE: "the command line is wrong",
  INPUT_NOT_FOUND: "the video, or the photo, is not there",
  INPUT_UNREADABLE: "the video is damaged, a folder, or no video",
  INPUT_EMPTY: "the file has 0 bytes",
  PHOTO_UNREADABLE: "the photo is damaged, a folder, or of an unknown kind",
  PHOTO_TOO_LARGE: "the photo has too many pixels",
  NO_FACE_IN_PHOTO: "no face in the photo, or fewer than --face asks for",
  NO_FACE_IN_VIDEO: "no face in any frame of the video",
  OUTPUT_INVALID: "the output is a folder, is an input, or has an unknown format",
  OUTPUT_EXISTS: "the output exists, and -y was not given",
  DISK_FULL: "no room left for the output",
  ENCODER_MISSING: "this ffmpeg lacks the encoder that the format needs",
  ENCODE_FAILED: "ffmpeg failed while it encoded",
  FFMPEG_MISSING: "no ffmpeg or ffprobe that runs",
  MODEL_MISSING: "weights, a model's file or the examples are not there",
  MODEL_CORRUPT: "weights or a model's file are not what they should be",
  ENGINE_UNAVAILABLE: "what was asked to compute does not run here",
  DATA_INVALID: "a dataset, a basis or a run folder is not what it should be",
  ADDRESS_UNAVAILABLE: "the server cannot listen there: the port is taken, or not allowed",
  SERVER_REFUSED: "a live server is not there, wants a token, or is full",
  PROTOCOL: "a live client and server do not understand each other",
  JOBS_INVALID: "the jobs of a batch contradict themselves or name what is not there",
  JOBS_SOME_FAILED: "some jobs of a batch failed, some succeeded",
  JOBS_ALL_FAILED: "no job of a batch succeeded",
  RUN_BUSY: "another process works on the same run",
  QUEUE_UNAVAILABLE: "the queue's Redis cannot be reached, or is no Redis",
  STORAGE_FAILED: "the storage that workers share cannot be used",
  ABORTED: "stopped by Ctrl-C or SIGTERM",
};

/** A table of the exit codes, one a line. */
export function exitCodeHelp(): string {
  const rows = Object.entries(EXIT_CODES).map(([name, code]) => [code, name, MEANINGS[name as ErrorCode]] as const);
  const width = Math.max(...rows.map(([, name]) => name.length));
  return ["Exit codes:", "    0  success", ...rows.map(([code, name, meaning]) => `  ${String(code).padStart(3)}  ${name.padEnd(width)}  ${meaning}`)].join("\n");
}

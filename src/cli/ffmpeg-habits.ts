import { isCaptureFormat } from "../streams/capture-device.js";

/** ffmpeg's spellings with one dash, by the options they stand for here. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "-ss": "--ss", "-to": "--to", "-crf": "--crf", "-preset": "--preset", "-an": "--no-audio",
  "-map": "--map", "-framerate": "--framerate", "-c:v": "--encoder", "-codec:v": "--encoder", "-vcodec": "--encoder",
};

/** Lets a device be named as ffmpeg has it: `-f v4l2 -i /dev/video0` for `-i v4l2:/dev/video0`. */
function withDevices(args: readonly string[]): string[] {
  const f = args.findIndex((arg, i) => arg === "-f" && isCaptureFormat(args[i + 1] ?? "")), i = args.indexOf("-i", f);
  if (f < 0 || i < 0 || args[i + 1] === undefined) return [...args];
  return args.toSpliced(i + 1, 1, `${args[f + 1]}:${args[i + 1]}`).toSpliced(f, 2);
}

/** Lets options be written as ffmpeg has them: `-ss 1.5` for `--ss 1.5`. Everything after `--` stays as it is. */
export function ffmpegHabits(args: readonly string[]): string[] {
  const at = args.indexOf("--"), end = at < 0 ? args.length : at;
  return [...withDevices(args.slice(0, end)).map((arg) => SPELLINGS[arg] ?? arg), ...args.slice(end)];
}

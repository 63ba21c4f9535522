/** ffmpeg's spellings with one dash, by the options they stand for here. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "-ss": "--ss", "-to": "--to", "-crf": "--crf", "-preset": "--preset", "-an": "--no-audio",
  "-map": "--map", "-framerate": "--framerate", "-c:v": "--encoder", "-codec:v": "--encoder", "-vcodec": "--encoder",
};

/** Lets options be written as ffmpeg has them: `-ss 1.5` for `--ss 1.5`. Everything after `--` stays as it is. */
export function ffmpegHabits(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => (end >= 0 && i > end ? arg : SPELLINGS[arg] ?? arg));
}

import { ReenactError } from "../errors.js";

/** What ffmpeg's `-map` options say of the sound: which of the tracks, from 0, or none. Pictures are always the input's first. */
export interface SoundMap {
  readonly audio?: boolean;
  readonly soundTrack?: number;
}

/**
 * Reads `-map 0:a:1` and its like: `0:a` is the track that players choose, and with pictures alone there is no sound, as in ffmpeg.
 * @throws {ReenactError} USAGE for any other stream, or more than one sound track
 */
export function readSoundMap(maps: readonly string[]): SoundMap {
  if (maps.length === 0) return {};
  const sounds: (number | undefined)[] = [];
  for (const map of maps) {
    const [found, kind, number] = /^(?:0:)?(v|a)(?::(\d+))?\??$/.exec(map) ?? [];
    if (found === undefined || (kind === "v" && number !== undefined && number !== "0")) {
      throw new ReenactError("USAGE", `Expected 0:v or a sound track such as 0:a:1 for -map but received \`${map}\`: only sound can be chosen.`);
    }
    if (kind === "a") sounds.push(number === undefined ? undefined : Number(number));
  }
  if (sounds.length > 1) throw new ReenactError("USAGE", `Expected one sound track for -map but received ${sounds.length}: an output has one.`);
  if (sounds.length === 0) return { audio: false };
  return sounds[0] === undefined ? {} : { soundTrack: sounds[0] };
}

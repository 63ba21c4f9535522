import { ReenactError } from "../errors.js";
import type { VideoInfo } from "./video-info.js";

/**
 * The same facts with one of its sound tracks as the one to play.
 * @param track counts them from 0; undefined: the one that players choose
 * @throws {ReenactError} USAGE when there are not so many
 */
export function chooseSound(info: VideoInfo, track: number | undefined): VideoInfo {
  if (track === undefined) return info;
  const { audio, input } = info, last = audio.length - 1;
  if (track > last) {
    const there = last < 0 ? "no sound" : `sound tracks 0 to ${last}`;
    throw new ReenactError("USAGE", `Expected a sound track that \`${input.label}\` has but received ${track}: it has ${there}.`);
  }
  return { ...info, soundChosen: true, audio: audio.map((one, index) => ({ ...one, isDefault: index === track })) };
}

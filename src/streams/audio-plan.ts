import { countsFromAllStreams, preferredAudio, type AudioInput, type Cut } from "./commands.js";
import type { Container } from "./container-formats.js";
import type { Ffmpeg } from "./ffmpeg-path.js";
import { ENCRYPTED } from "./probe-parse.js";
import type { VideoInfo } from "./video-info.js";

/** What an encoder needs to know of the video whose frames it gets. */
export interface EncoderSource {
  readonly info: VideoInfo;
  /** The time of the first frame, seconds from the input's start: the decoder's `origin()`. Default: the cut's start. */
  readonly origin?: number | undefined;
  /** What was decoded of it. */
  readonly cut?: Cut | undefined;
  /** The sound of a live input: the decoder's `audioFile`. */
  readonly audioFile?: string | undefined;
}

/** What becomes of the sound. */
export interface AudioPlan {
  readonly input: AudioInput | undefined;
  readonly outcome: "none" | "copied" | "encoded";
  /** Seconds on the output's clock at which the first frame is shown. */
  readonly firstFrameAt: number;
  /** Whether the sound is there only after the frames ended. */
  readonly later: boolean;
  readonly notes: readonly string[];
}

/** No sound, and why. */
export function silent(...notes: string[]): AudioPlan {
  return { input: undefined, outcome: "none", firstFrameAt: 0, later: false, notes };
}

/**
 * Plans the sound beside the pictures. The output's time 0 is the input's start, so that sound which starts before or after the first
 * picture does so in the output too; in a cut it is the first frame, and without sound it is the first frame as well.
 * @param ffmpeg the names of its encoders, and of the codecs that it decodes: what it does not know is left out.
 */
export async function planAudio(source: EncoderSource | undefined, container: Container, ffmpeg: Pick<Ffmpeg, "encoders" | "decodable">): Promise<AudioPlan> {
  const track = source === undefined ? undefined : preferredAudio(source.info);
  if (source === undefined || track === undefined || container.audioEncoders.length === 0) return silent();
  const { info, cut: { start = 0, end } = {}, audioFile } = source;
  const live = info.input.live;
  if (live && audioFile === undefined) return silent("The sound of a live input is left out here.");
  const copied = container.audioCopied.has(track.codec), available = await ffmpeg.encoders();
  if (!copied && !(await ffmpeg.decodable()).has(track.codec)) {
    const what = track.codec === ENCRYPTED ? "it is encrypted" : `its codec (${track.codec}) is one that this ffmpeg does not read`;
    return silent(`The sound is left out: ${what}.`);
  }
  const encoder = container.audioEncoders.find((name) => available.has(name));
  if (!copied && encoder === undefined) {
    return silent(`The sound is left out: this ffmpeg cannot encode any of ${container.audioEncoders.join(", ")}, and ${container.muxer} takes no ${track.codec}.`);
  }
  const origin = source.origin ?? start, { length } = info.audio;
  const others = length < 2 || info.soundChosen ? [] : [`Of its ${length} sound tracks 0:a:${info.audio.indexOf(track)} is taken, and the rest left out: -map names another.`];
  const zero = start > 0 && !live ? origin : 0;
  return {
    input: {
      pictureIndex: live || countsFromAllStreams(info) ? undefined : info.index,
      ...(live && audioFile !== undefined ? { url: `file:${audioFile}`, options: [], index: 0 } : { url: info.input.url, options: info.input.options, index: track.index }),
      cut: live ? {} : { start: zero, end },
      codec: copied ? ["-c:a", "copy"] : ["-c:a", encoder ?? "", "-b:a", track.channels > 2 ? "384k" : "192k"],
    },
    outcome: copied ? "copied" : "encoded",
    firstFrameAt: Math.max(0, origin - zero),
    later: live,
    notes: [...others, ...(copied ? [] : [`The sound was ${track.codec}, which ${container.muxer} does not take: it is encoded anew.`])],
  };
}

import type { MediaInput } from "./media-input.js";
import type { Rational } from "./rational.js";
import type { Colours } from "./screen-map.js";

/** One sound track of an input. */
export interface AudioInfo {
  /** The stream's number in the input, as `-map 0:<index>` counts. */
  readonly index: number;
  /** ffmpeg's name of the codec: `aac`, `opus`, `pcm_s16le`, …; `unknown` where it has none, `encrypted` where nobody can read it. */
  readonly codec: string;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Seconds on the input's own clock, as {@link VideoInfo.videoStart}. */
  readonly start: number;
  /** Seconds, where known. */
  readonly duration?: number;
  /** Whether the file marks it as the one to play. */
  readonly isDefault: boolean;
}

/** The matrix between YUV and RGB, as ffmpeg's scale filter names it; undefined for pictures that are RGB or grey already. */
export type ColourMatrix = "bt601" | "bt709" | "bt2020" | "smpte240m" | "fcc";

/** What ffprobe knows about an input's picture track. */
export interface VideoInfo extends Colours {
  /** The input it was read from, to be opened again. */
  readonly input: MediaInput;
  /** ffmpeg's names of the container, comma separated: `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly format: string;
  /** The video stream's number in the input. */
  readonly index: number;
  /** ffmpeg's name of the codec. */
  readonly codec: string;
  /** The four characters that its container has for it, or something like them. */
  readonly codecTag: string;
  /** Pixels as shown: upright, and square. */
  readonly width: number;
  /** Pixels as shown: upright, and square. */
  readonly height: number;
  /** The clockwise turn, degrees 0…359, that the file asks for; ffmpeg applies it when decoding. */
  readonly rotation: number;
  readonly matrix: ColourMatrix | undefined;
  /** Whether its pictures may be made of two halves, one shown after the other. */
  readonly interlaced: boolean;
  /** Seconds of one tick of the stream's clock. */
  readonly timeBase: Rational;
  /** The lowest rate that all times fit (ffprobe's r_frame_rate). */
  readonly rFrameRate: Rational | undefined;
  /** Frames divided by duration (ffprobe's avg_frame_rate). */
  readonly avgFrameRate: Rational | undefined;
  /** The rate to state in an output: the first of both that makes sense, else 25. */
  readonly frameRate: Rational;
  /** A hint, from the two rates: whether the times are uneven. Frames carry their own times in any case. */
  readonly isVariable: boolean;
  /** Seconds; undefined where nobody knows (streams, some recordings). */
  readonly duration: number | undefined;
  /** The input's earliest time on its own clock, seconds: `-ss 0` is here. */
  readonly start: number;
  /** The first picture's time on the input's own clock, seconds. */
  readonly videoStart: number;
  /** Frames: stated by the file, else duration × rate, else undefined. */
  readonly frameCount: number | undefined;
  readonly audio: readonly AudioInfo[];
  /** Whether somebody chose among its sound tracks: that is the default one then. */
  readonly soundChosen?: boolean;
  /** Sentences for the user about what is wrong with the input, but not fatal. */
  readonly notes: readonly string[];
}

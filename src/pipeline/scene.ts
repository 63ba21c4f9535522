import type { FaceEngine } from "../model/engines/engine.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { Turn } from "../model/geometry/quarter-turns.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import type { DriverRest } from "../model/rig/driver-rest.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import type { FramePainter } from "../operators/compose-frames.js";
import { unlessAborted } from "../streams/abort.js";
import { chooseSound } from "../streams/choose-sound.js";
import { openDecoder } from "../streams/decode.js";
import type { EncoderOptions } from "../streams/encode.js";
import { mediaTools } from "../streams/ffmpeg-path.js";
import type { FrameReader } from "../streams/frame-reader.js";
import type { MediaInput } from "../streams/media-input.js";
import { readPhoto } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";
import type { VideoInfo } from "../streams/video-info.js";
import { Closers } from "./closers.js";
import { driverDecoding } from "./driver-decoding.js";
import { findDriver, type Driver } from "./find-driver.js";
import { turnNotes } from "./find-turn.js";
import { liveTurn } from "./live-turn.js";
import type { Models } from "./models.js";
import { Notes } from "./notes.js";
import type { ReenactOptions, ResolvedOptions } from "./options.js";
import { createPainter } from "./painters.js";
import type { Sitter } from "./sitter.js";

/** What a scene is made of: the options of a job, without where it goes. */
export type SceneOptions = Omit<ReenactOptions, "output" | "format" | "overwrite">;

/** One video and one photo, opened for a chain of one's own: what the operators and {@link renderFrames} work with. */
export interface Scene extends AsyncDisposable {
  /** Those it was opened with, with every default. */
  readonly options: Omit<ResolvedOptions, "output" | "format" | "overwrite">;
  readonly info: VideoInfo;
  /** The driver's frames between the ends of the cut. */
  readonly decoder: FrameReader;
  /** Whoever is on the photo. */
  readonly sitter: Sitter;
  /** Draws the view that was asked for. */
  readonly painter: FramePainter;
  /** Serves this scene alone until it is closed. */
  readonly landmarks: LandmarkSource;
  readonly engine: FaceEngine;
  /** How the driver rests; undefined where nothing counts from it, and for what plays only once: see `restOf`. */
  readonly rest: DriverRest | undefined;
  /** Whether frames come when they come. */
  readonly live: boolean;
  /** What {@link openEncoder} wants to know beside the output: size, sound, quality. */
  readonly encoding: Pick<EncoderOptions, "width" | "height" | "source" | "audio" | "encoder" | "crf" | "preset">;
  /** Ends the decoder and gives the models back; can be called again. */
  close(): Promise<void>;
}

/** What else {@link openScene} is told. */
export interface SceneHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
  /** Whether frames come when they happened; default: as soon as somebody takes them. */
  readonly realtime?: boolean | undefined;
}

/**
 * Opens everything that rendering `input` onto a photo needs; what takes long goes on side by side.
 * @param input stays its owner's
 * @throws {ReenactError} whatever is wrong with video, photo or models; nothing stays open then
 */
export async function openScene(models: Models, input: MediaInput, options: Scene["options"], { signal, onNote, realtime }: SceneHooks = {}): Promise<Scene> {
  const closers = new Closers(), over = new AbortController();
  const close = () => {
    over.abort();
    return closers.close();
  };
  try {
    // What takes long begins at once: the landmarks' thread, ffmpeg's lists, code, files.
    const { start, end } = options, either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const opening = closers.soon(models.landmarks(options, either), (source) => source.close());
    const knowing = models.network(options), starting = knowing.then((found) => found.engine());
    for (const begun of [starting, mediaTools().then(({ ffmpeg }) => ffmpeg.encoders()), sharedBasis()]) begun.catch(() => undefined); // whoever needs them hears of it
    const [probed, photo, network] = await unlessAborted(signal, Promise.all([
      probeVideo(input, { signal, whole: end === undefined }), readPhoto(options.photo, { maxSide: options.maxSide }), knowing,
    ]));
    const info = chooseSound(probed, options.soundTrack), notes = new Notes(onNote);
    notes.tell(...photo.notes, ...info.notes);

    const preparing = opening.then((source) => models.sitter(photo, options, source, network, either));
    // What comes once, or over a network, is not looked at beforehand.
    const reading: Pick<FaceEngine, "read"> = { read: async (...given) => (await starting).read(...given) };
    const resting = closers.soon<Driver>(input.path === undefined ? Promise.resolve({ turn: 0 })
      : findDriver(info, options, { landmarks: opening, engine: reading, signal: either }), () => undefined);
    // A live driver is not kept waiting for what is not ready yet.
    const ready: Promise<unknown> = realtime ? Promise.all([preparing, resting]) : input.live ? preparing : Promise.resolve();
    const decoding = closers.soon(
      ready.then(() => openDecoder(info, { start, end, signal, audio: options.audio, ...driverDecoding(options, realtime) })), (opened) => opened.close(),
    );
    const [source, engine, sitter, decoder, { turn, rest }] = await unlessAborted(signal, Promise.all([opening, starting, preparing, decoding, resting]));
    const tellTurn = (found: Turn) => notes.tell(...turnNotes(found, `The face in \`${input.label}\``));
    notes.tell(...sitter.notes);
    tellTurn(turn);
    const landmarks = input.path === undefined ? liveTurn(source, tellTurn) : turnedSource(source, turn);
    const painter = createPainter(options.view, sitter, decoder), { width, height } = painter, { audio, encoder, crf, preset } = options;
    const encoded = { info, origin: await decoder.origin(), cut: { start, end }, audioFile: decoder.audioFile };
    return {
      options, info, decoder, sitter, painter, landmarks, engine, rest, live: input.live,
      encoding: { width, height, source: encoded, audio, encoder, crf, preset }, close, [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

import type { FaceEngine } from "../model/engines/engine.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { turnedSource } from "../model/landmarks/turned-source.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import { openEncoder } from "../streams/encode.js";
import { Closers } from "./closers.js";
import { findDriver } from "./find-driver.js";
import { needsRest } from "./find-rest.js";
import { createPainter } from "./painters.js";
import { preparePhoto } from "./prepare-photo.js";
import type { Reenactor } from "./reenactor.js";
import { renderFrames } from "./render-frames.js";
import type { SceneOptions } from "./scene.js";
import { ScoredReading } from "./scored-reading.js";
import { personOnPhoto, rigPhoto } from "./sitter.js";

/**
 * Makes a video as `reenact` does, but with MediaPipe's scores of driver and photo in place of what the network reads of them: what a perfect
 * reading would reach.
 *
 * @param landmarks MediaPipe with its scores; serves this video alone meanwhile
 * @throws ReenactError as `reenact` does
 */
export async function renderScored(
  reenactor: Reenactor, settings: SceneOptions, output: string, landmarks: LandmarkSource,
  { signal, onFrame }: { readonly signal?: AbortSignal | undefined; readonly onFrame?: (done: number) => void },
): Promise<void> {
  const closers = new Closers();
  try {
    const scene = closers.add(await reenactor.open(settings, { signal }), (opened) => opened.close()), { options, info, sitter } = scene;
    const following = closers.add(await openLandmarks({ kind: "mediapipe", modelDir: options.modelDir, offline: true, signal }), (opened) => opened.close());
    const basis = await sharedBasis(), scored = new ScoredReading(landmarks, following, basis), face = await preparePhoto(sitter.pixels, landmarks, options.face);
    const painted = { ...sitter, face, rig: await rigPhoto(basis, sitter.pixels, face, await personOnPhoto(sitter.pixels, face)) };
    const engine: FaceEngine = {
      name: "scores", read: (drivers, count) => scored.read(drivers, count), encodeIdentity: (photo) => scene.engine.encodeIdentity(photo),
      generate: (...given) => scene.engine.generate(...given), close: async () => {}, [Symbol.asyncDispose]: async () => {},
    };
    // Only what is read may be looked for by what stands in for the reading.
    const { turn, rest } = await findDriver(info, options, { landmarks: needsRest(options) ? scored : landmarks, engine, signal });
    const sink = closers.add(await openEncoder({ output, ...scene.encoding, signal }), (opened) => opened.abort()); // does nothing once it is finished
    let done = 0;
    await renderFrames({
      ...scene, landmarks: turnedSource(scored, turn), rest, engine, sitter: painted, painter: createPainter(options.view, painted, scene.decoder), sink,
      onFrame: () => onFrame?.(++done),
    }, options);
    if (scored.waiting > 0) throw new Error(`Expected every face that was found to be read but ${scored.waiting} were not`);
    await sink.finish();
  } finally {
    await closers.close();
  }
}

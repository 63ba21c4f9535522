import type { FaceEngine } from "../model/engines/engine.js";
import { openEngine, type EngineKind } from "../model/engines/open-engine.js";
import { IdentityCache } from "../model/identity-cache.js";
import { findModelFile } from "../model/landmarks/model-file.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { loadWeights } from "../model/weights/load-weights.js";
import { Closers } from "../pipeline/closers.js";
import { turnNotes } from "../pipeline/find-turn.js";
import { prepareSitter, type Sitter } from "../pipeline/sitter.js";
import type { FaceChoice } from "../model/landmarks/pick-face.js";
import type { Photo } from "../streams/photo.js";
import { BatchingEngine } from "./batching-engine.js";
import type { ModelIdentity } from "./engine-messages.js";
import { openWorkerEngine } from "./worker-engine.js";

/** Which models a live server runs. */
export interface LiveModelOptions {
  readonly engine?: EngineKind | undefined;
  readonly weights?: string | undefined;
  readonly modelDir?: string | undefined;
  /** Whether photos' identity embeddings are kept on disk. */
  readonly cache?: boolean | undefined;
  /** Frames of all sessions in one run of the network, at most. */
  readonly maxBatch?: number | undefined;
  readonly onBatch?: ((frames: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** All models of a live server; each is there once, however many sessions there are. */
export interface LiveModels extends AsyncDisposable {
  readonly engine: BatchingEngine;
  /** FaceMesh: it alone follows many sequences with one model. For whole pictures; crops have been aligned where the camera is. */
  readonly landmarks: LandmarkSource;
  /** MediaPipe's model, where this machine has it: pages align with it. */
  readonly landmarkModel: string | undefined;
  /** Finds out all about a photo. @throws ReenactError NO_FACE_IN_PHOTO; the signal's reason */
  prepare(photo: Pick<Photo, "pixels" | "notes">, face: FaceChoice, signal: AbortSignal): Promise<Sitter>;
  /** Frees everything; may be called more than once. */
  close(): Promise<void>;
}

/**
 * Opens the models; nothing is downloaded.
 *
 * @throws ReenactError MODEL_MISSING, MODEL_CORRUPT or ENGINE_UNAVAILABLE; the signal's reason when it is aborted
 */
export async function openLiveModels(options: LiveModelOptions = {}): Promise<LiveModels> {
  const closers = new Closers();
  try {
    const landmarkModel = await findModelFile({ modelDir: options.modelDir });
    const { model, engine: alone } = await openLiveEngine(options);
    const engine = closers.add(new BatchingEngine(alone, options.maxBatch ?? 8, options.onBatch), (opened) => opened.close());
    options.signal?.throwIfAborted();
    const landmarks = closers.add(await openLandmarks({ kind: "facemesh" }), (source) => source.close());
    // What aligns the pages' crops should align the photo too; and in a thread of its own a photo holds up no frame.
    const kind = landmarkModel === undefined ? "facemesh" : "mediapipe";
    const forPhotos = closers.add(await openLandmarks({ kind, offline: true, modelDir: options.modelDir, blendshapes: false }), (source) => source.close());
    options.signal?.throwIfAborted();
    const identities = new IdentityCache(options.cache === true ? undefined : null);
    return {
      engine, landmarks, landmarkModel,
      prepare: async ({ pixels, notes }, choice, signal) => {
        signal.throwIfAborted();
        const sitter = await prepareSitter({ pixels, notes }, { face: choice }, { landmarks: forPhotos, model, engine, identities });
        signal.throwIfAborted();
        // What a command line is told of faces and their sizes a page says in its own words, where they can be chosen: see `remarksOn`.
        return { ...sitter, notes: [...notes, ...turnNotes(sitter.face.landmarks.turn ?? 0, "The face in the photo")] };
      },
      close: () => closers.close(), [Symbol.asyncDispose]: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** tfjs has backends of its own, which a process shares; everything else gets a thread. */
async function openLiveEngine({ engine: kind = "auto", weights }: LiveModelOptions): Promise<{ readonly engine: FaceEngine; readonly model: ModelIdentity }> {
  if (kind !== "tfjs") return openWorkerEngine({ kind, weights });
  const model = await loadWeights(weights);
  return { model, engine: await openEngine(model, kind) };
}

/** A source for one session out of one for all: its pictures are a sequence of their own. */
export function ownSequence(source: LandmarkSource, sequence: number): LandmarkSource {
  return {
    name: source.name,
    detect: (image, options = {}) => source.detect(image, { ...options, sequence }),
    // The models stay everybody's.
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

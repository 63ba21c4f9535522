import { ReenactError } from "../errors.js";
import type { FaceEngine } from "../model/engines/engine.js";
import { openEngine } from "../model/engines/open-engine.js";
import { IdentityCache } from "../model/identity-cache.js";
import type { FaceLandmarks } from "../model/landmarks/face.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import type { DetectOptions, LandmarkSource } from "../model/landmarks/source.js";
import { loadWeights, type LoadedModel } from "../model/weights/load-weights.js";
import type { Pixels } from "../frame.js";
import { throwIfAborted } from "../streams/abort.js";
import type { Photo } from "../streams/photo.js";
import type { ResolvedOptions } from "./options.js";
import { Recent } from "./recent.js";
import { prepareSitter, type Sitter } from "./sitter.js";

/** Photos that are kept ready. */
const SITTERS = 4;

/** A network's weights, and what runs them: started when it is asked for first. */
export interface Network {
  readonly model: LoadedModel;
  /** @throws {ReenactError} as {@link openEngine} */
  readonly engine: () => Promise<FaceEngine>;
}

/** Options that decide which models are used, and what is made of the photo. */
export type ModelOptions = Pick<ResolvedOptions, "weights" | "engine" | "landmarks" | "modelDir" | "cache" | "face">;

/** Keeps what is slow to open between one job and the next: networks, landmark sources, photos. */
export class Models implements AsyncDisposable {
  readonly #networks = new Map<string, Promise<Network>>();
  readonly #engines = new Set<Promise<FaceEngine>>();
  /** Landmark sources that nobody uses just now. */
  readonly #idle = new Map<string, LandmarkSource[]>();
  readonly #identities = { disk: new IdentityCache(), memory: new IdentityCache(null) };
  readonly #sitters = new Recent<Sitter>(SITTERS);
  #closed = false;

  /**
   * Lends a landmark source that nobody else has meanwhile; its `close()` gives it back. One that has failed is not lent again.
   * @throws {ReenactError} as {@link openLandmarks}; USAGE after {@link close}
   */
  async landmarks({ landmarks: kind, modelDir }: Pick<ModelOptions, "landmarks" | "modelDir">, signal?: AbortSignal): Promise<LandmarkSource> {
    this.#check();
    const key = JSON.stringify([kind, modelDir]);
    const source = this.#idle.get(key)?.pop() ?? (await openLandmarks({ kind, modelDir, blendshapes: false, signal }));
    return new Loan(source, async (failed) => {
      if (failed || this.#closed) await source.close();
      else this.#idle.set(key, [...(this.#idle.get(key) ?? []), source]);
    });
  }

  /** A network, shared by all who ask for the same. @throws {ReenactError} as {@link loadWeights}; USAGE after {@link close} */
  async network({ weights, engine: kind }: Pick<ModelOptions, "weights" | "engine">): Promise<Network> {
    this.#check();
    const key = JSON.stringify([weights, kind]);
    const known = this.#networks.get(key) ?? loadWeights(weights).then((model): Network => {
      let engine: Promise<FaceEngine> | undefined;
      return { model, engine: () => engine ??= this.#start(model, kind, key) };
    });
    this.#networks.set(key, known);
    known.catch(() => this.#networks.delete(key));
    return known;
  }

  /** Whoever is on a photo; found out once for the last few of them. @throws {ReenactError} NO_FACE_IN_PHOTO, ABORTED */
  async sitter(photo: Photo, options: ModelOptions, landmarks: LandmarkSource, { model, engine }: Network, signal?: AbortSignal): Promise<Sitter> {
    const { face, weights, engine: kind, cache, modelDir } = options, { width, height } = photo.pixels;
    const key = JSON.stringify([photo.sha256, width, height, face, weights, kind, landmarks.name, modelDir, cache]);
    const identities = cache ? this.#identities.disk : this.#identities.memory;
    for (;;) {
      throwIfAborted(signal);
      try {
        return await this.#sitters.get(key, () => prepareSitter(photo, options, { landmarks, model, engine: engine(), identities, signal }));
      } catch (error) {
        // Another job wanted the same, and was ended: then this one does the work.
        if (signal?.aborted || !(error instanceof ReenactError && error.code === "ABORTED")) throw error;
      }
    }
  }

  /** Closes all models; what is still lent is closed when it comes back. Can be called again. */
  async close(): Promise<void> {
    this.#closed = true;
    const sources = [...this.#idle.values()].flat(), ending = [...this.#engines].map((engine) => engine.then((opened) => opened.close(), () => {}));
    this.#idle.clear();
    this.#networks.clear();
    this.#engines.clear();
    await Promise.all([...sources.map((source) => source.close()), ...ending]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #start(model: LoadedModel, kind: ModelOptions["engine"], key: string): Promise<FaceEngine> {
    this.#check();
    const engine = openEngine(model, kind);
    this.#engines.add(engine);
    // Whoever waits for it hears of it; the next one tries again.
    engine.catch(() => {
      this.#engines.delete(engine);
      this.#networks.delete(key);
    });
    return engine;
  }

  #check(): void {
    if (this.#closed) throw new ReenactError("USAGE", "Expected an open reenactor but it was closed: create another one.");
  }
}

/** A source that is lent; notes whether it has failed. */
class Loan implements LandmarkSource {
  readonly name: LandmarkSource["name"];
  #failed = false;
  #back: Promise<void> | undefined;

  constructor(private readonly source: LandmarkSource, private readonly giveBack: (failed: boolean) => Promise<void>) {
    this.name = source.name;
  }

  async detect(image: Pixels, options?: DetectOptions): Promise<FaceLandmarks[]> {
    if (this.#back) throw new ReenactError("USAGE", "Expected an open landmark source but it was closed: open another one.");
    try {
      return await this.source.detect(image, options);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#back ??= this.giveBack(this.#failed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

import { isAbsolute } from "node:path";
import { openEngine } from "../model/engines/open-engine.js";
import type { FaceEngine } from "../model/engines/engine.js";
import { IdentityCache } from "../model/identity-cache.js";
import { openLandmarks } from "../model/landmarks/open-landmarks.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { loadWeights, type LoadedModel } from "../model/weights/load-weights.js";
import type { ResolvedOptions } from "../pipeline/options.js";
import { prepareSitter, type Sitter } from "../pipeline/sitter.js";
import { openInput } from "../streams/media-input.js";
import { readPhoto } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";
import type { VideoInfo } from "../streams/video-info.js";
import { Recent } from "./recent.js";

/** Photos that are kept ready, and videos whose facts are remembered. */
const SITTERS = 4, VIDEOS = 64;

interface Network {
  readonly model: LoadedModel;
  readonly engine: FaceEngine;
}

/** What is lent to whoever renders a segment. */
export interface Seat {
  readonly sitter: Sitter;
  readonly engine: FaceEngine;
  readonly landmarks: LandmarkSource;
}

/** Options that decide which models are used, and how the photo is read. */
export type SeatOptions = Pick<ResolvedOptions, "weights" | "engine" | "landmarks" | "modelDir" | "cache" | "face" | "maxSide">;

/** Keeps what is slow to open between one segment and the next: networks, landmark sources, photos. */
export class Studio {
  readonly #networks = new Map<string, Promise<Network>>();
  /** Landmark sources that nobody uses just now. */
  readonly #idle = new Map<string, LandmarkSource[]>();
  readonly #identities = { disk: new IdentityCache(), memory: new IdentityCache(null) };
  readonly #sitters = new Recent<Sitter>(SITTERS);
  readonly #videos = new Recent<VideoInfo>(VIDEOS);

  /**
   * What ffprobe knows about a file (by its absolute path) or a URL; `label` is what a person calls it; with `whole` a file that was cut off is refused.
   * @throws {ReenactError} as {@link probeVideo}
   */
  video(path: string, label = path, whole = false): Promise<VideoInfo> {
    return this.#videos.get(whole ? `${path} (whole)` : path, async () => {
      const input = await openInput(path);
      try {
        const info = await probeVideo(input, { whole });
        // What was put on disk for a network input goes again: there is no path to come back to.
        return { ...info, input: { ...input, label, path: isAbsolute(path) ? input.path : undefined } };
      } finally {
        await input.close();
      }
    });
  }

  /**
   * Lends everything that rendering needs; nobody else gets the same landmark source meanwhile.
   * @param work what is done with it
   * @throws {ReenactError} as opening models and reading the photo do, and whatever `work` throws
   */
  async seat<T>(photo: string, options: SeatOptions, work: (seat: Seat) => Promise<T>): Promise<T> {
    const { engine, model } = await this.#network(options);
    const kind = JSON.stringify([options.landmarks, options.modelDir]);
    const landmarks = this.#idle.get(kind)?.pop() ?? (await openLandmarks({ kind: options.landmarks, modelDir: options.modelDir, blendshapes: false }));
    let result: T;
    try {
      const key = JSON.stringify([photo, options.face, options.maxSide, options.weights, options.engine, kind, options.cache]);
      const sitter = await this.#sitters.get(key, async () => {
        const identities = options.cache ? this.#identities.disk : this.#identities.memory;
        return prepareSitter(await readPhoto(photo, { maxSide: options.maxSide }), options, { landmarks, model, engine, identities });
      });
      result = await work({ sitter, engine, landmarks });
    } catch (error) {
      // It may be the reason: the next one begins with a new one.
      await landmarks.close();
      throw error;
    }
    this.#idle.set(kind, [...(this.#idle.get(kind) ?? []), landmarks]);
    return result;
  }

  /** Closes all models; to be called when nothing is lent any more. Can be called again. */
  async close(): Promise<void> {
    const sources = [...this.#idle.values()].flat(), networks = [...this.#networks.values()];
    this.#idle.clear();
    this.#networks.clear();
    await Promise.all([...sources.map((source) => source.close()), ...networks.map((network) => network.then(({ engine }) => engine.close(), () => {}))]);
  }

  #network({ weights, engine }: SeatOptions): Promise<Network> {
    const key = JSON.stringify([weights, engine]);
    const known = this.#networks.get(key) ?? loadWeights(weights).then(async (model) => ({ model, engine: await openEngine(model, engine) }));
    this.#networks.set(key, known);
    known.catch(() => this.#networks.delete(key));
    return known;
  }
}

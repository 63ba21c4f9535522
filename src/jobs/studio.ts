import { isAbsolute } from "node:path";
import type { FaceEngine } from "../model/engines/engine.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { Models, type ModelOptions } from "../pipeline/models.js";
import type { ResolvedOptions } from "../pipeline/options.js";
import { Recent } from "../pipeline/recent.js";
import type { Sitter } from "../pipeline/sitter.js";
import { openInput } from "../streams/media-input.js";
import { readPhoto, type Photo } from "../streams/photo.js";
import { probeVideo } from "../streams/probe.js";
import type { VideoInfo } from "../streams/video-info.js";

/** Photos, and videos whose facts are remembered. */
const PHOTOS = 4, VIDEOS = 64;

/** What is lent to whoever renders a segment. */
export interface Seat {
  readonly sitter: Sitter;
  readonly engine: FaceEngine;
  readonly landmarks: LandmarkSource;
}

/** Options that decide which models are used, and how the photo is read. */
export type SeatOptions = ModelOptions & Pick<ResolvedOptions, "maxSide">;

/** Keeps what is slow to open between one segment and the next: models, photos, what is known of videos. */
export class Studio implements AsyncDisposable {
  readonly #models = new Models();
  readonly #photos = new Recent<Photo>(PHOTOS);
  readonly #videos = new Recent<VideoInfo>(VIDEOS);

  /**
   * What ffprobe knows about a file (by its absolute path) or a URL; `label` is what a person calls it; with `whole` a file that was cut off is refused;
   * `frameRate` is that of pictures without times.
   * @throws {ReenactError} as {@link probeVideo}
   */
  video(path: string, label = path, { whole = false, frameRate }: { whole?: boolean; frameRate?: string | undefined } = {}): Promise<VideoInfo> {
    return this.#videos.get(JSON.stringify([path, whole, frameRate]), async () => {
      const input = await openInput(path, { frameRate });
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
  async seat<T>(photo: string, options: SeatOptions, work: (seat: Seat) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const network = await this.#models.network(options);
    await using landmarks = await this.#models.landmarks(options, signal);
    const read = await this.#photos.get(JSON.stringify([photo, options.maxSide]), () => readPhoto(photo, { maxSide: options.maxSide }));
    const sitter = await this.#models.sitter(read, options, landmarks, network, signal);
    return await work({ sitter, engine: await network.engine(), landmarks });
  }

  /** Closes all models; to be called when nothing is lent any more. Can be called again. */
  close(): Promise<void> {
    return this.#models.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

import type { FaceDataset } from "../synthesis/dataset.js";
import type { DatasetFrame } from "../synthesis/frame-shelf.js";
import type { Split } from "../synthesis/dataset-format.js";
import type { Random } from "./augment.js";

/** The share of sources that are frames of videos, in datasets that have some. */
const DEFAULT_SHARE = 0.3;

/** The share of sources that are to be frames of videos: what was asked for, or a default. */
export function realShare({ frames }: Pick<FaceDataset, "frames">, asked: number | undefined): number {
  return asked ?? (frames ? DEFAULT_SHARE : 0);
}

/** Draws frames of videos as sources, and who is to wear what they show. */
export class RealSources {
  readonly #frames: readonly number[];
  readonly #worn: readonly number[];

  /** @param share 0…1 of the sources */
  constructor(private readonly dataset: FaceDataset, private readonly split: Split, private readonly share: number, private readonly random: Random) {
    this.#frames = dataset.frames?.in(split) ?? [];
    this.#worn = this.#frames.filter((i) => dataset.samplesWearing(split, dataset.frames!.entry(i)).length > 0);
  }

  /** A frame alone, or undefined where the source is to be a synthesised one. */
  source(): DatasetFrame | undefined {
    return this.#draw(this.#frames);
  }

  /** A frame, and a sample of this half that wears what it shows (photos by their weight); undefined as in {@link source}. */
  pair(): { readonly source: DatasetFrame; readonly truth: number } | undefined {
    const source = this.#draw(this.#worn);
    if (!source) return undefined;
    const wearing = this.dataset.samplesWearing(this.split, source.pool);
    const weights = wearing.map((sample) => this.dataset.info.photos[this.dataset.sampleKey(sample).photo].weight);
    let rest = this.random() * weights.reduce((a, b) => a + b);
    const at = weights.findIndex((weight) => (rest -= weight) < 0);
    return { source, truth: wearing[Math.max(0, at)] };
  }

  /** Samples of a photo that wear a drawn expression: what frames show is often worn by one photo alone, and would be paired with itself. */
  synthesised(photo: number): readonly number[] {
    const samples = this.dataset.samplesOf(photo), drawn = this.dataset.frames?.drawn;
    return drawn === undefined ? samples : samples.filter((sample) => this.dataset.sampleKey(sample).pool < drawn);
  }

  #draw(frames: readonly number[]): DatasetFrame | undefined {
    if (frames.length === 0 || !(this.share > 0) || this.random() >= this.share) return undefined;
    return this.dataset.frames!.frame(frames[Math.floor(this.random() * frames.length)]);
  }
}

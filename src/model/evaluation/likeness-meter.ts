import { cosine } from "./cosine.js";
import type { Thresholds } from "./thresholds.js";

/** Whom an output shows; NaN before the first face. */
export interface Likeness {
  /** Mean cosine to the photo, −1…1. */
  readonly likeness: number;
  /** Shares of all frames, also of those without a face, that are taken for the photo's person, by the lenient and by the strict threshold. */
  readonly verified: number;
  readonly verifiedStrict: number;
  /** Mean cosine to the driver, less what photo and driver share. */
  readonly leakage: number;
}

/** Compares an output's frames with photo and driver, as the verifier describes them. */
export class LikenessMeter {
  readonly #photo: Float32Array;
  readonly #driver: Float32Array;
  readonly #toPhoto: number[] = [];
  readonly #toDriver: number[] = [];
  #frames = 0;

  constructor(photo: Float32Array, driver: Float32Array) {
    this.#photo = photo;
    this.#driver = driver;
  }

  /** Takes the next frame into account; undefined where no face was found. */
  add(described: Float32Array | undefined): void {
    this.#frames++;
    if (!described) return;
    this.#toPhoto.push(cosine(described, this.#photo));
    this.#toDriver.push(cosine(described, this.#driver));
  }

  /** So far. */
  likeness({ strict, lenient }: Thresholds): Likeness {
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const share = (from: number) => this.#toPhoto.filter((value) => value >= from).length / this.#frames;
    return {
      likeness: mean(this.#toPhoto), verified: share(lenient), verifiedStrict: share(strict),
      leakage: mean(this.#toDriver) - cosine(this.#photo, this.#driver),
    };
  }
}

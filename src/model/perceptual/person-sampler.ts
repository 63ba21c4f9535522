import { ReenactError } from "../../errors.js";
import { CROP_SIZE } from "../geometry/alignment.js";
import type { FaceDataset } from "../synthesis/dataset.js";
import type { Split } from "../synthesis/dataset-format.js";
import { degrade, randomColour, randomJitter, resampleFace, STILL, type Random } from "../training/augment.js";

/** Pictures and who is on them. */
export interface PeopleBatch {
  readonly size: number;
  /** [b, 96, 96, 3] in −1…1. */
  readonly pictures: Float32Array;
  /** Numbers of the people, as {@link PersonSampler.people} lists them. */
  readonly people: Int32Array;
}

const PICTURE = CROP_SIZE * CROP_SIZE * 3;

/** Draws pictures of people under synthesised expressions. The last expression of every photo is held out of the drawing. */
export class PersonSampler {
  readonly people: readonly string[];
  readonly #dataset: FaceDataset;
  readonly #photos: readonly number[];
  readonly #cumulative: number[] = [];
  readonly #random: Random;

  /** @throws ReenactError DATA_INVALID when there are no two people to be told apart */
  constructor(dataset: FaceDataset, split: Split, random: Random) {
    this.#dataset = dataset;
    this.#random = random;
    this.#photos = dataset.photosIn(split);
    this.people = [...new Set(this.#photos.map((photo) => dataset.info.photos[photo].person))];
    let sum = 0;
    for (const photo of this.#photos) this.#cumulative.push((sum += dataset.info.photos[photo].weight));
    if (this.people.length < 2) {
      throw new ReenactError("DATA_INVALID", `Expected two people or more in the ${split} half of ${dataset.dir} but found ${this.people.length}; build it from more photos`);
    }
  }

  /** The next `size` pictures: people by their photos' weight, any expression, another light, camera and registration each time. */
  next(size: number): PeopleBatch {
    const random = this.#random;
    return this.#batch(Array.from({ length: size }, () => {
      const at = random() * this.#cumulative[this.#cumulative.length - 1];
      const photo = this.#photos[this.#cumulative.findIndex((sum) => at < sum)];
      const samples = this.#dataset.samplesOf(photo);
      const usable = Math.max(1, samples.length - 1);
      const { pixels } = random() < 0.2 ? this.#dataset.original(photo) : this.#dataset.sample(samples[Math.floor(random() * usable)]);
      const picture = resampleFace(pixels, CROP_SIZE, { jitter: randomJitter(random, CROP_SIZE), waves: [] }, random() < 0.5);
      randomColour(random, 1)(picture);
      degrade(picture, CROP_SIZE, random);
      return { photo, picture };
    }));
  }

  /** The held-out expression of up to `count` photos, as they are. */
  heldOut(count: number): PeopleBatch {
    return this.#batch(spread(this.#photos, count).map((photo) => {
      const samples = this.#dataset.samplesOf(photo);
      return { photo, picture: this.#plain(this.#dataset.sample(samples[samples.length - 1]).pixels) };
    }));
  }

  /** `each` expressions of up to `count` people, as they are: pairs of one person and of two. */
  variants(count: number, each: number): PeopleBatch {
    const firsts = this.people.map((person) => this.#photos.find((photo) => this.#dataset.info.photos[photo].person === person)!);
    return this.#batch(spread(firsts, count).flatMap((photo) => (
      spread(this.#dataset.samplesOf(photo), each).map((sample) => ({ photo, picture: this.#plain(this.#dataset.sample(sample).pixels) }))
    )));
  }

  #plain(pixels: Uint8Array): Float32Array {
    return resampleFace(pixels, CROP_SIZE, STILL, false);
  }

  #batch(shown: readonly { photo: number; picture: Float32Array }[]): PeopleBatch {
    const pictures = new Float32Array(shown.length * PICTURE);
    shown.forEach(({ picture }, i) => pictures.set(picture, i * PICTURE));
    return { size: shown.length, pictures, people: Int32Array.from(shown, ({ photo }) => this.people.indexOf(this.#dataset.info.photos[photo].person)) };
  }
}

/** Up to `count` items, evenly over the list. */
function spread(items: readonly number[], count: number): number[] {
  const kept = Math.min(count, items.length);
  return Array.from({ length: kept }, (_, i) => items[Math.floor((i * items.length) / kept)]);
}

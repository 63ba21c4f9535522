import { closeSync } from "node:fs";
import type { FaceCrop } from "./dataset.js";
import { FRAME_FILES, LANDMARK_VALUES, SPLITS, type DatasetInfo, type Split } from "./dataset-format.js";
import { checkSize, fail, openFile, read } from "./dataset-io.js";

/** A frame of a video in a dataset. */
export interface DatasetFrame extends FaceCrop {
  /** The entry of the pool that it shows. */
  readonly pool: number;
  readonly person: string;
}

const FACE_BYTES = 96 * 96 * 3;

/** Frames of videos of a dataset, read when asked for. */
export class FrameShelf {
  readonly #keys: Int32Array;

  private constructor(
    private readonly dir: string, private readonly handles: Readonly<Record<keyof typeof FRAME_FILES, number>>, private readonly people: readonly string[],
    /** Entries of the pool that were drawn; the frames' come after them. */
    readonly drawn: number, count: number, pool: number,
  ) {
    checkSize(dir, FRAME_FILES.frames, handles.frames, count * FACE_BYTES);
    checkSize(dir, FRAME_FILES.frameLandmarks, handles.frameLandmarks, count * LANDMARK_VALUES * 4);
    checkSize(dir, FRAME_FILES.frameKeys, handles.frameKeys, count * 12);
    this.#keys = new Int32Array(read(handles.frameKeys, 0, count * 12));
    for (let i = 0; i < count; i++) {
      const [entry, person, split] = this.#keys.subarray(3 * i, 3 * i + 3);
      if (!(entry >= drawn && entry < pool) || !people[person] || !SPLITS[split]) fail(dir, `frame ${i} names pool entry ${entry}, person ${person} and split ${split}`);
    }
  }

  /** @throws ReenactError DATA_INVALID when a file is missing or does not fit the description */
  static open(dir: string, { frames, pool }: DatasetInfo): FrameShelf {
    const handles: Partial<Record<keyof typeof FRAME_FILES, number>> = {};
    try {
      for (const [name, file] of Object.entries(FRAME_FILES)) handles[name as keyof typeof FRAME_FILES] = openFile(dir, file);
      return new FrameShelf(dir, handles as Record<keyof typeof FRAME_FILES, number>, frames!.people, frames!.drawn, frames!.count, pool);
    } catch (error) {
      for (const handle of Object.values(handles)) closeSync(handle);
      throw error;
    }
  }

  get count(): number {
    return this.#keys.length / 3;
  }

  /** Frames of one half: their people are in no other. */
  in(split: Split): number[] {
    return Array.from({ length: this.count }, (_, i) => i).filter((i) => SPLITS[this.#keys[3 * i + 2]] === split);
  }

  /** Frame `i`, 0 ≤ i < count. */
  frame(i: number): DatasetFrame {
    if (!Number.isInteger(i) || i < 0 || i >= this.count) throw new RangeError(`Expected a frame from 0 to ${this.count - 1} of ${this.dir} but received ${i}`);
    const { frames, frameLandmarks } = this.handles;
    return {
      pixels: new Uint8Array(read(frames, i * FACE_BYTES, FACE_BYTES)),
      landmarks: new Float32Array(read(frameLandmarks, i * LANDMARK_VALUES * 4, LANDMARK_VALUES * 4)),
      pool: this.#keys[3 * i], person: this.people[this.#keys[3 * i + 1]],
    };
  }

  /** The entry of the pool that frame `i` shows, without reading its picture. */
  entry(i: number): number {
    return this.#keys[3 * i];
  }

  /** Closes the files; to be called once. */
  close(): void {
    for (const handle of Object.values(this.handles)) closeSync(handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

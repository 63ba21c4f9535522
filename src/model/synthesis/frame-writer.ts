import { open, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { FRAME_FILES, SPLITS, type Split } from "./dataset-format.js";
import type { VideoFrame } from "./video-frame.js";

/** What of a frame stays in memory while a dataset is built. */
export type WrittenFrame = Pick<VideoFrame, "person" | "weights">;

/** Writes frames of videos into a dataset's folder as they come, and at the end who they show. */
export class FrameWriter implements AsyncDisposable {
  readonly written: WrittenFrame[] = [];

  private constructor(private readonly dir: string, private readonly pictures: FileHandle, private readonly landmarks: FileHandle) {}

  static async create(dir: string): Promise<FrameWriter> {
    const pictures = await open(join(dir, FRAME_FILES.frames), "wx");
    return new FrameWriter(dir, pictures, await open(join(dir, FRAME_FILES.frameLandmarks), "wx"));
  }

  async add({ pixels, landmarks, person, weights }: VideoFrame): Promise<void> {
    await this.pictures.appendFile(pixels);
    await this.landmarks.appendFile(new Uint8Array(landmarks.buffer, landmarks.byteOffset, landmarks.byteLength));
    this.written.push({ person, weights });
  }

  /**
   * Writes what the frames show and whom, and closes the files.
   *
   * @param people in the description's order @param splits of each @param drawn entries of the pool before the frames'
   */
  async finish(people: readonly string[], splits: ReadonlyMap<string, Split>, drawn: number): Promise<void> {
    const keys = this.written.flatMap(({ person }, i) => [drawn + i, people.indexOf(person), SPLITS.indexOf(splits.get(person)!)]);
    await writeFile(join(this.dir, FRAME_FILES.frameKeys), new Uint8Array(Int32Array.from(keys).buffer));
    await this[Symbol.asyncDispose]();
  }

  /** Closes the files; may be called more than once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.pictures.close(), this.landmarks.close()]);
  }
}

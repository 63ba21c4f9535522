import { createInterface } from "node:readline";
import { ReenactError } from "../errors.js";
import { startChild, type Child } from "./child.js";
import { beginsAnywhere, entryBefore, type Cut } from "./commands.js";
import type { Tool } from "./ffmpeg-path.js";
import type { VideoInfo } from "./video-info.js";

/** How much further than its end a stretch is read, seconds: pictures are stored up to so much before others that are shown earlier. */
const REORDERING = 2;
/** An end for ffprobe where there is none, seconds: a build of 2023 reads nothing of an interval without one. */
const NEVER = "1000000000";

/**
 * When a file says that its pictures are shown, in ticks of its clock, rising: told by its packets, without decoding any. Packets that an
 * edit list leaves out, and those of a broadcast before its first key frame, state nothing.
 */
export class StatedTimes {
  readonly #child: Child;
  readonly #lines: AsyncIterator<string>;
  /** Read, and not asked for yet; rising. */
  #pending: number[] = [];
  /** No picture that is still to come is shown before this, ticks. */
  #horizon = -Infinity;
  #begun: boolean;

  /** @param cut seconds from the input's start; some pictures around it may be stated too */
  constructor(info: VideoInfo, ffprobe: Tool, { start = 0, end }: Cut, signal?: AbortSignal) {
    this.#begun = !beginsAnywhere(info);
    const from = start > 0 ? String(info.start + entryBefore(info, start)) : "", to = end === undefined ? NEVER : String(info.start + end + REORDERING);
    const stretch = start === 0 && end === undefined ? [] : ["-read_intervals", `${from}%${to}`];
    this.#child = startChild(ffprobe.path, [
      "-v", "quiet", "-select_streams", String(info.index), "-show_entries", "packet=pts,dts,size,flags", "-of", "compact=p=0", ...stretch, ...info.input.options, "-i", info.input.url,
    ], { stdout: "pipe", env: ffprobe.env, reader: true, signal });
    if (this.#child.stdout === null) throw new Error("Expected ffprobe with a stdout");
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * The times before `ticks` that were not given yet.
   * @throws {ReenactError} ABORTED
   */
  async before(ticks: number): Promise<number[]> {
    while (this.#horizon < ticks) {
      const { value, done } = await this.#lines.next();
      if (done) {
        // What is damaged may end ffprobe early as well: then that is all it states.
        await this.#child.done().catch((error: unknown) => { if (error instanceof ReenactError) throw error; });
        this.#horizon = Infinity;
      } else this.#take(value);
    }
    const count = this.#pending.findIndex((time) => time >= ticks);
    return this.#pending.splice(0, count < 0 ? this.#pending.length : count);
  }

  close(): Promise<void> {
    return this.#child.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(line: string): void {
    const { pts, dts, size, flags = "" } = Object.fromEntries(line.split("|").map((entry) => entry.split("="))) as Record<string, string | undefined>;
    const time = Number(pts), stored = Number(dts ?? pts);
    if (Number.isFinite(stored)) this.#horizon = Math.max(this.#horizon, stored);
    this.#begun ||= flags.includes("K");
    if (!this.#begun || !Number.isFinite(time) || Number(size) === 0 || flags.includes("D")) return;
    const at = this.#pending.findLastIndex((earlier) => earlier <= time);
    if (this.#pending[at] !== time) this.#pending.splice(at + 1, 0, time);
  }
}

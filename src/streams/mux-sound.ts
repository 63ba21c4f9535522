import { startChild } from "./child.js";
import { muxArguments, type MuxSpec } from "./commands.js";
import type { Ffmpeg } from "./ffmpeg-path.js";
import { PartFile } from "./part-file.js";

/** What {@link muxSound} is told. */
export interface MuxSoundOptions extends Omit<MuxSpec, "path"> {
  readonly ffmpeg: Ffmpeg;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts a sound track that was complete only after the pictures beside them, into a new file in the making next to theirs.
 * @throws {ChildError} when ffmpeg fails; {@link ReenactError} ABORTED.
 */
export async function muxSound({ ffmpeg, signal, ...spec }: MuxSoundOptions): Promise<PartFile> {
  const part = PartFile.beside(spec.videoPath);
  try {
    await startChild(ffmpeg.path, muxArguments({ ...spec, path: part.path }), { env: ffmpeg.env, signal }).done();
    return part;
  } catch (error) {
    await part.discard();
    throw error;
  }
}

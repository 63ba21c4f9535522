import { join } from "node:path";
import type { IndexedPhoto } from "../synthesis/indexed-photo.js";
import { numberedPictures, subfolders } from "./subfolders.js";

/** A set of one folder per person, in it one per expression, in it the numbered frames of a sequence that begins neutral. */
export interface SequenceLayout {
  readonly set: string;
  /** Of a person's folder. */
  readonly person: RegExp;
  /** Folder names of the six expressions, lower case, and what they are called here. */
  readonly expressions: Readonly<Record<string, string>>;
  /** Which of a sequence's frames, counted from 0, show the expression. */
  readonly frames: (count: number) => readonly number[];
}

/** A sequence is too short to begin neutral and end otherwise below this. */
const SHORTEST = 4;

/**
 * Samples the sequences of such a set: the first frame as neutral, and those of the expression.
 *
 * @param dir the folder that was given
 * @param root the folder of the people's folders, relative to it
 */
export async function readSequences(dir: string, root: string, layout: SequenceLayout): Promise<IndexedPhoto[]> {
  const photos: IndexedPhoto[] = [];
  for (const person of await subfolders(join(dir, root), layout.person)) {
    for (const folder of await subfolders(join(dir, root, person), /./)) {
      const expression = layout.expressions[folder.toLowerCase()];
      if (expression === undefined) continue;
      const place = [root, person, folder].filter((part) => part !== "").join("/");
      const frames = await numberedPictures(join(dir, place));
      if (frames.length < SHORTEST) continue;
      const photo = (frame: number, shown: string) => ({
        file: `${place}/${frames[frame]}`, set: layout.set, person: `${layout.set}/${person}`, weight: 1, expression: shown,
      });
      photos.push(photo(0, "neutral"), ...layout.frames(frames.length).map((frame) => photo(frame, expression)));
    }
  }
  return photos;
}

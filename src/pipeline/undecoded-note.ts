/** Tells the user of frames that could not be decoded; nothing where all could. */
export function undecodedNotes(undecoded: number, frames: number, label: string): string[] {
  return undecoded === 0 ? [] : [`${undecoded} of the ${frames} frames of \`${label}\` could not be decoded: the last good one before each is shown in its place.`];
}

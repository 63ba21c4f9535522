/** A photo to learn from. */
export interface IndexedPhoto {
  /** Relative to the folder, with slashes. */
  readonly file: string;
  readonly set: string;
  /** Photos with the same value show the same person. */
  readonly person: string;
  /** How often trainers should draw it, relative to others. */
  readonly weight: number;
  /** What the person shows, where it is known: "neutral" or a basic expression. */
  readonly expression?: string;
}

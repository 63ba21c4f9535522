import type { FaceDataset } from "../synthesis/dataset.js";
import type { EvaluateOptions } from "./evaluate-options.js";

/** What a reader must know to judge the figures of a report, a sentence each. */
export function reportNotes({ dataset, wild, wildSets = [], originals, landmarks }: EvaluateOptions & { readonly dataset: FaceDataset }): string[] {
  const notes = [
    "The people are held out of this dataset's training half; that the weights were trained on that half and no other is for whoever trained them to say.",
    "Drivers and truths are synthesised expressions except in the test on real photos: that everybody wears them exactly alike makes the truth exact, and easier than real faces.",
    "Intervals are 95 %, bootstrapped over people.",
    "Face-Verf compares with the very photo that is moved, as the paper does: copying it is verified by definition. \"By another photo\" compares with other pixels of that person, where the dataset has a second photo.",
    "Exp-Sim compares the judge's features with the driver's, another person, or with the truth's, the same person: the first is low even for the truth itself, since the judge sees the person too.",
  ];
  const people = (split: "train" | "test") => {
    const photos = dataset.info.photos.filter((photo) => wildSets.includes(photo.set) && photo.split === split);
    return new Set(photos.map(({ person }) => person)).size;
  };
  if (wildSets.length > 0) {
    notes.push(`In the wild: ${people("test")} held-out people of ${wildSets.join(" and ")} are a source of their own, but ${people("train")} other people of it are in the training half, so its cameras and light are not new to weights trained on all of it.`);
  }
  if (wild !== undefined) notes.push("In the wild: both halves of the second dataset are used, which is only honest if nothing was trained on it.");
  if (originals) {
    notes.push("\"As it is shown\" is the photo at its own resolution with the face moved in it, cropped again; x̂' at 96×96 moves the small crop itself, which blurs it.");
    notes.push("The landmark warp renders with the very synthesis that made the truth, from the uncropped photo, and so has an advantage over every network here.");
  }
  if (landmarks.name !== "mediapipe") notes.push("Expression scores were not measured: they need MediaPipe's model (see reenact doctor).");
  return notes;
}

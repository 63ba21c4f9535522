import type { Pixels } from "../frame.js";
import type { Embedding, FaceEngine } from "../model/engines/engine.js";
import type { IdentityCache } from "../model/identity-cache.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import type { LoadedModel } from "../model/weights/load-weights.js";
import type { Photo } from "../streams/photo.js";
import type { ResolvedOptions } from "./options.js";
import { preparePhoto, type PhotoFace } from "./prepare-photo.js";

/** Whoever sits for the picture: a photo with all that is found out about it once, before the first frame. */
export interface Sitter {
  readonly pixels: Pixels;
  readonly face: PhotoFace;
  readonly embedding: Embedding;
  /** Sentences for the user about the photo. */
  readonly notes: readonly string[];
}

/** What {@link prepareSitter} computes with. */
export interface SitterTools {
  readonly landmarks: LandmarkSource;
  readonly model: LoadedModel;
  /** Not waited for before the face is found. */
  readonly engine: FaceEngine | Promise<FaceEngine>;
  readonly identities: IdentityCache;
}

/** Finds the photo's face and its identity. @throws ReenactError NO_FACE_IN_PHOTO */
export async function prepareSitter({ pixels, notes }: Pick<Photo, "pixels" | "notes">, { face: choice }: Pick<ResolvedOptions, "face">, tools: SitterTools): Promise<Sitter> {
  const face = await preparePhoto(pixels, tools.landmarks, choice);
  return { pixels, notes, face, embedding: await tools.identities.get(face.crop, tools.model, await tools.engine) };
}

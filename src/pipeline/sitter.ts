import type { Pixels } from "../frame.js";
import { ReenactError } from "../errors.js";
import type { Embedding, FaceEngine } from "../model/engines/engine.js";
import { findPerson } from "../model/packaged/find-person.js";
import { ownWeights } from "../model/rig/own-weights.js";
import type { PersonMask } from "../model/rig/person-mask.js";
import { relativeShares, type RelativeShares } from "../model/rig/relative-shares.js";
import { Rig } from "../model/rig/rig.js";
import { sharedBasis } from "../model/rig/shared-basis.js";
import type { IdentityCache } from "../model/identity-cache.js";
import type { LandmarkSource } from "../model/landmarks/source.js";
import { turnPicture, turnPoints } from "../model/geometry/quarter-turns.js";
import type { ExpressionBasis } from "../model/synthesis/expression-basis.js";
import type { LoadedModel } from "../model/weights/load-weights.js";
import { throwIfAborted } from "../streams/abort.js";
import type { Photo } from "../streams/photo.js";
import type { ResolvedOptions } from "./options.js";
import { expressive } from "./find-rest.js";
import { faceNotes, preparePhoto, type PhotoFace } from "./prepare-photo.js";

/** Whoever sits for the picture: a photo with all that is found out about it once, before the first frame. */
export interface Sitter {
  readonly pixels: Pixels;
  readonly face: PhotoFace;
  /** The photo's identity embedding, for views that the network paints; found when it is asked for first. */
  readonly identity: () => Promise<Embedding>;
  /** Its face, ready to show any expression, in the photo turned so that it is upright; it draws one picture at a time, for whoever asks. */
  readonly rig: Rig;
  /** [51] 1 for weights that count as expression, 0 for those of the gaze. */
  readonly expressive: readonly number[];
  /** What its face keeps of its own expression, and wears of the driver's, when expressions are relative. */
  readonly shares: RelativeShares;
  /** Sentences for the user about the photo. */
  readonly notes: readonly string[];
}

/** What {@link prepareSitter} computes with. */
export interface SitterTools {
  readonly landmarks: LandmarkSource;
  readonly model: Pick<LoadedModel, "config" | "sha256">;
  /** Not waited for before the face is found. */
  readonly engine: FaceEngine | Promise<FaceEngine>;
  readonly identities: IdentityCache;
  /** Asked between the steps: each of them keeps the thread for up to half a second. */
  readonly signal?: AbortSignal | undefined;
}

/** Finds the photo's face and what it shows, and rigs it. @throws ReenactError NO_FACE_IN_PHOTO, ABORTED */
export async function prepareSitter({ pixels, notes }: Pick<Photo, "pixels" | "notes">, { face: choice }: Pick<ResolvedOptions, "face">, tools: SitterTools): Promise<Sitter> {
  const face = await preparePhoto(pixels, tools.landmarks, choice);
  throwIfAborted(tools.signal);
  const engine = await tools.engine;
  throwIfAborted(tools.signal);
  const [[weights], basis, person] = await Promise.all([engine.read(face.crop, 1), sharedBasis(), personOnPhoto(pixels, face)]);
  let identity: Promise<Embedding> | undefined;
  throwIfAborted(tools.signal);
  return {
    pixels, notes: [...notes, ...faceNotes(face, choice)], face, expressive: expressive(basis), shares: relativeShares(basis),
    identity: () => identity ??= tools.identities.get(face.crop, tools.model, engine),
    rig: await rigPhoto(basis, pixels, face, person, ownWeights(basis, weights)),
  };
}

/** Rigs a photo's face, upright. @param weights [51] what it shows; by its scores, which it then must have, when left out */
export function rigPhoto(basis: ExpressionBasis, pixels: Pixels, { landmarks }: Pick<PhotoFace, "landmarks">, person?: PersonMask, weights?: Float32Array): Promise<Rig> {
  const { turn = 0, points } = landmarks;
  return Rig.prepare(basis, turnPicture(pixels, turn), { ...landmarks, points: turnPoints(points, turn, pixels) }, weights, { person });
}

/**
 * What of a photo, upright, is a person. Undefined where onnxruntime, which other engines do without, does not run: then the head turns in
 * a field that bends the background.
 */
export async function personOnPhoto(pixels: Pixels, { landmarks }: Pick<PhotoFace, "landmarks">): Promise<PersonMask | undefined> {
  return findPerson(turnPicture(pixels, landmarks.turn ?? 0)).catch((error: unknown) => {
    if (error instanceof ReenactError && error.code === "ENGINE_UNAVAILABLE") return undefined;
    throw error;
  });
}

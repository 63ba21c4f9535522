import type { PhotoInfo } from "../client/protocol.js";
import { faceMotion } from "../model/geometry/driver-motion.js";
import type { PhotoFace } from "../pipeline/prepare-photo.js";
import type { Sitter } from "../pipeline/sitter.js";

/** A face narrower than this, pixels, is told of; and one that is turned further than this to a side, or up or down, degrees. */
const SMALL = 100, TURNED = 25, TILTED = 20;

/** Sentences for people: what about a photo's face will not look well, and what to do about it. */
export function remarksOn({ faces, number, landmarks }: Pick<PhotoFace, "faces" | "number" | "landmarks">): string[] {
  const remarks: string[] = [], width = faces[number - 1]?.width ?? Infinity, { yaw, pitch } = faceMotion(landmarks).head;
  if (width < SMALL) remarks.push(`The face is small (${Math.round(width)} pixels wide): a photo that shows it larger looks sharper.`);
  if (Math.abs(yaw) > TURNED || Math.abs(pitch) > TILTED) remarks.push("The face is turned away: one from the front moves better.");
  if (faces.length > 1) remarks.push(`It has ${faces.length} faces: choose the one that is meant.`);
  return remarks;
}

/** What is known of a photo, for its client. */
export function infoOf({ pixels: { width, height }, notes, face }: Pick<Sitter, "pixels" | "notes" | "face">): PhotoInfo {
  const faces = face.faces.map((box) => ({ x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width), height: Math.round(box.height) }));
  return { width, height, notes: [...notes, ...remarksOn(face)], faces, face: face.number };
}

import type { HeadAngles } from "./rig-pose.js";

/** How far a head turns at most in either direction, degrees: beyond, one photo does not show enough of its sides. */
export const HEAD_LIMITS: HeadAngles = { yaw: 20, pitch: 14, roll: 15 };

/** Degrees from the frontal view that a photo's own turn and what is added to it do not leave, and what any photo may always turn. */
const FURTHEST = { yaw: 30, pitch: 24 }, LEAST = 3;

/** A turned photo turns back so much less for every degree of its own: what it hides is hidden, and its near side would be stretched. */
const HIDDEN = 0.3;

/**
 * Angles held softly inside their limits: nearly as they are while small, never beyond however large; what turns, nods and tilts at once
 * does less of each, so that all limits together bound an ellipsoid. A photo that is turned itself turns further away only up to a limit,
 * and back less than a frontal one.
 *
 * @param head degrees, relative to the photo
 * @param photo how the photo's own head is held, degrees; 0 where it looks into the camera
 * @param reach shares of the limits that are allowed, 0…1
 */
export function limitHead(head: HeadAngles, photo: HeadAngles, reach: HeadAngles = FULL): HeadAngles {
  const yaw = reach.yaw * allowed(head.yaw, photo.yaw, HEAD_LIMITS.yaw, FURTHEST.yaw);
  const pitch = reach.pitch * allowed(head.pitch, photo.pitch, HEAD_LIMITS.pitch, FURTHEST.pitch);
  const roll = reach.roll * HEAD_LIMITS.roll;
  const length = Math.hypot(share(head.yaw, yaw), share(head.pitch, pitch), share(head.roll, roll));
  const scale = length > 0 ? Math.tanh(length) / length : 1;
  return { yaw: scale * yaw * share(head.yaw, yaw), pitch: scale * pitch * share(head.pitch, pitch), roll: scale * roll * share(head.roll, roll) };
}

const FULL: HeadAngles = { yaw: 1, pitch: 1, roll: 1 };

function allowed(turn: number, own: number, limit: number, furthest: number): number {
  const away = turn * own > 0;
  return Math.min(limit, Math.max(LEAST, away ? furthest - Math.abs(own) : limit - HIDDEN * Math.abs(own)));
}

/** An angle as a share of its limit. */
function share(angle: number, limit: number): number {
  return limit > 0 ? angle / limit : 0;
}

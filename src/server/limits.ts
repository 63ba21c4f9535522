import * as z from "zod";

/** What one server, and one session of it, may use. Defaults are those of `reenact serve`. */
export const LiveLimits = z.strictObject({
  /** Sessions at a time; the next one is told that the server is full. */
  maxSessions: z.number().int().min(1).default(8),
  /** Those who watch sessions, at a time; each is sent what its session is. */
  maxViewers: z.number().int().min(0).default(16),
  /** Bytes of one WebSocket message, photos included. */
  maxMessageBytes: z.number().int().min(64 * 1024).default(12e6),
  /** Bytes and pixels of one frame of the camera. */
  maxFrameBytes: z.number().int().min(1024).default(1e6),
  maxFramePixels: z.number().int().min(96 * 96).default(1920 * 1080),
  /** Pixels of a photo that is sent. */
  maxPhotoPixels: z.number().int().min(96 * 96).default(25e6),
  /** Photos are worked on at most at this longer side, pixels. */
  maxSide: z.number().int().min(64).max(4096).default(720),
  /** Frames a second that a session may send. */
  maxFps: z.number().min(1).default(60),
  /** Seconds without a frame after which a session ends. */
  idleTimeout: z.number().positive().default(60),
  /** Seconds between the server's pings; who does not answer until the next one is dead. */
  heartbeat: z.number().positive().default(10),
  /** Seconds until `hello` must have come. */
  helloTimeout: z.number().positive().default(10),
  /** Frames worked on at a time, of all sessions, and of one. */
  inWork: z.number().int().min(1).default(4),
  inWorkPerSession: z.number().int().min(1).default(2),
  /** Results that a session may leave unacknowledged before it has to wait. */
  maxUnacknowledged: z.number().int().min(1).default(3),
});

/** {@link LiveLimits} with every default filled in. */
export type LiveLimits = z.output<typeof LiveLimits>;

/** Frames of a session that may be unanswered: those in work, one waiting, and one that comes to replace it. */
export function frameWindow(limits: LiveLimits): number {
  return limits.inWorkPerSession + 2;
}

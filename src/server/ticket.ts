import type { Content, StageTimes } from "../client/protocol.js";

/** A frame of a session on its way through the server. Times on the server's own clock are `performance.now()`. */
export interface Ticket {
  readonly sequence: number;
  /** When it was captured, milliseconds of the client's clock. */
  readonly time: number;
  readonly content: Content;
  readonly payload: Uint8Array;
  readonly receivedAt: number;
  /** Milliseconds in each stage, as they become known. */
  readonly stages: { -readonly [key in keyof StageTimes]: number };
  /** When the stage before ended. */
  markedAt: number;
}

/** A frame as it came in, at `now`. */
export function ticketOf(frame: Pick<Ticket, "sequence" | "time" | "content" | "payload">, now: number): Ticket {
  return { ...frame, receivedAt: now, markedAt: now, stages: { wait: 0, decode: 0, landmarks: 0, generate: 0, compose: 0, encode: 0 } };
}

/** Notes that a stage has ended: what passed since the stage before counts as its time, waiting for others included. */
export function mark(ticket: Ticket, stage: keyof StageTimes): void {
  const now = performance.now();
  ticket.stages[stage] += now - ticket.markedAt;
  ticket.markedAt = now;
}

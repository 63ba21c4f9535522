import { STAGES, type DropCause, type ResultHead, type StageTimes } from "./protocol.js";

/**
 * Why a frame was not sent, or its result not shown: window: enough frames are under way; network: the socket has not sent what it
 * holds; disconnected: there is no connection, or it was lost with the frame under way; encoder: the frame before was still being
 * encoded; display: a newer result was there before this one was shown.
 */
export type LocalDropCause = "window" | "network" | "disconnected" | "encoder" | "display";

/** How a live session runs, over the last seconds; counts are since the start. */
export interface FiguresNow {
  /** Frames a second: from the camera, to the server, results shown. */
  readonly fpsIn: number;
  readonly fpsSent: number;
  readonly fpsOut: number;
  /** Milliseconds from capture to shown; NaN before the first result. */
  readonly p50: number;
  readonly p95: number;
  /** Milliseconds from sent to received: without capture, encoding and display. */
  readonly roundTripP50: number;
  readonly roundTripP95: number;
  /** Frames since the start. */
  readonly offered: number;
  readonly sent: number;
  readonly shown: number;
  readonly drops: Readonly<Partial<Record<DropCause | LocalDropCause, number>>>;
  /** Mean milliseconds in the server by stage. */
  readonly stages: StageTimes;
  /** Mean frames in a run of the network. */
  readonly batch: number;
  /** Kilobytes a second. */
  readonly upload: number;
  readonly download: number;
}

/** The figures are those of so many milliseconds. */
const WINDOW = 3000;
/** And of at most so many events, so that no rate of frames makes them large. */
const MOST = 600;

interface Mark {
  readonly at: number;
  readonly value: number;
}

/** Values of the last {@link WINDOW} milliseconds. */
class Recent {
  #marks: Mark[] = [];

  add(at: number, value: number): void {
    this.#marks.push({ at, value });
    if (this.#marks.length > MOST) this.#marks.splice(0, MOST / 2);
  }

  values(now: number): number[] {
    const first = this.#marks.findIndex(({ at }) => now - at <= WINDOW);
    this.#marks = first < 0 ? [] : this.#marks.slice(first);
    return this.#marks.map(({ value }) => value);
  }

  /** Events a second; the first second counts as a whole one. */
  rate(now: number, started: number): number {
    return (1000 * this.values(now).length) / Math.min(WINDOW, Math.max(1000, now - started));
  }

  sumPerSecond(now: number, started: number): number {
    return (1000 * this.values(now).reduce((sum, value) => sum + value, 0)) / Math.min(WINDOW, Math.max(1000, now - started));
  }
}

/** The value below which the share `p` (0…1) of the values lies, the nearest of them; NaN when there are none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

/** Keeps the figures of a live session. Times are milliseconds of one clock. */
export class LiveFigures {
  readonly #started: number;
  readonly #in = new Recent();
  readonly #up = new Recent();
  readonly #down = new Recent();
  readonly #glass = new Recent();
  readonly #trip = new Recent();
  readonly #batches = new Recent();
  readonly #stages = STAGES.map(() => new Recent());
  readonly #drops: Partial<Record<DropCause | LocalDropCause, number>> = {};
  #offered = 0;
  #sent = 0;
  #shown = 0;

  constructor(now: number) {
    this.#started = now;
  }

  /** The camera gave a frame, whatever becomes of it. */
  noteOffered(now: number): void {
    this.#offered++;
    this.#in.add(now, 1);
  }

  noteSent(now: number, bytes: number): void {
    this.#sent++;
    this.#up.add(now, bytes);
  }

  /** A result came, `trip` milliseconds after its frame was sent. */
  noteReceived(now: number, trip: number, bytes: number, { stages, batch }: ResultHead): void {
    this.#trip.add(now, trip);
    this.#down.add(now, bytes);
    if (batch > 0) this.#batches.add(now, batch);
    STAGES.forEach((stage, i) => this.#stages[i].add(now, stages[stage]));
  }

  /** A result was shown, `latency` milliseconds after its frame was captured. */
  noteShown(now: number, latency: number): void {
    this.#shown++;
    this.#glass.add(now, latency);
  }

  noteDrop(cause: DropCause | LocalDropCause): void {
    this.#drops[cause] = (this.#drops[cause] ?? 0) + 1;
  }

  /** The figures as they are at `now`. */
  at(now: number): FiguresNow {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const [glass, trip] = [this.#glass.values(now), this.#trip.values(now)];
    return {
      fpsIn: this.#in.rate(now, this.#started), fpsSent: this.#up.rate(now, this.#started), fpsOut: this.#glass.rate(now, this.#started),
      p50: percentile(glass, 0.5), p95: percentile(glass, 0.95), roundTripP50: percentile(trip, 0.5), roundTripP95: percentile(trip, 0.95),
      offered: this.#offered, sent: this.#sent, shown: this.#shown, drops: { ...this.#drops },
      stages: Object.fromEntries(STAGES.map((stage, i) => [stage, mean(this.#stages[i].values(now))])) as StageTimes,
      batch: mean(this.#batches.values(now)),
      upload: this.#up.sumPerSecond(now, this.#started) / 1000, download: this.#down.sumPerSecond(now, this.#started) / 1000,
    };
  }
}

/** What is known of the camera's picture of a moment. */
export interface Seen {
  /** Faces in it; undefined where only the server looks. */
  readonly faces?: number | undefined;
  /** Height of the face as a share of the picture's. */
  readonly height?: number | undefined;
  /** Mean brightness of the picture, 0…255. */
  readonly light?: number | undefined;
}

/** Milliseconds for which something must be so before it is said, or not said any more. */
const AFTER = 1200;
/** A picture below this brightness is dark; a face below this share of it is far away. */
const DARK = 45, FAR = 0.16;

type Advice = "none" | "dark" | "far" | "several" | undefined;

const WORDS: Readonly<Record<NonNullable<Advice>, string>> = {
  none: "I can't see your face: look into the camera.",
  dark: "I can't see your face: it is too dark. Turn on a light, or face a window.",
  far: "You are far away: come closer to the camera.",
  several: "Several people are in the picture: the nearest face is followed.",
};

/** Watches whether the camera sees its person well, and says what would help. Times are milliseconds. */
export class FaceWatch {
  #seen: Seen = {};
  #advice: Advice;
  #candidate: Advice;
  #since = -Infinity;

  /** The page has looked at a picture. */
  note(seen: Seen): void {
    this.#seen = { ...this.#seen, ...seen };
  }

  /** A picture was answered; `face`: whether a face was found in it. */
  answered(face: boolean, now: number): void {
    const { faces = 1, height = 1, light = 255 } = this.#seen;
    const next: Advice = !face ? (light < DARK ? "dark" : "none") : faces > 1 ? "several" : height < FAR ? "far" : undefined;
    if (next !== this.#candidate) {
      this.#candidate = next;
      this.#since = now;
    }
    if (now - this.#since >= AFTER) this.#advice = next;
  }

  /** Whether the photo stands still because no face is seen. */
  get blind(): boolean {
    return this.#advice === "none" || this.#advice === "dark";
  }

  /** A sentence; undefined when all is well. */
  get advice(): string | undefined {
    return this.#advice && WORDS[this.#advice];
  }

  /** Forgets what was: the camera was stopped, or another one chosen. */
  reset(): void {
    this.#seen = {};
    this.#advice = this.#candidate = undefined;
    this.#since = -Infinity;
  }
}

/** A picture as it went to its session: a whole message, which others may be sent as it is. */
export interface ShownPicture {
  readonly sequence: number;
  /** A `result`. */
  readonly message: Uint8Array;
  readonly jpeg: Uint8Array;
}

/** What a session's microphone heard: see the protocol's `sound`. */
export interface HeardSound {
  /** Of its first sample, milliseconds of the client's clock. */
  readonly time: number;
  readonly samples: Int16Array;
}

/** One session's pictures and sound. */
export interface Broadcast {
  /** It has a new picture. */
  show(picture: ShownPicture): void;
  /** It heard something; nobody keeps that for it. */
  hear(sound: HeardSound): void;
  /** It has no more. */
  end(): void;
}

interface Stage {
  readonly key: string | undefined;
  latest: ShownPicture | undefined;
}

interface Watcher {
  /** Undefined: of any session. */
  readonly key: string | undefined;
  readonly onPicture: (picture: ShownPicture, stage: object) => void;
  readonly onSound: ((sound: HeardSound, stage: object) => void) | undefined;
}

/**
 * The pictures of all sessions, for whoever may watch: what a session is sent, others get as it is, without being made again. Of the sessions
 * that may be watched the one that came last is, once it has a picture.
 */
export class Broadcasts {
  /** In the order in which they came. */
  readonly #stages = new Set<Stage>();
  readonly #watchers = new Set<Watcher>();

  /** Watchers there are. */
  get watched(): number {
    return this.#watchers.size;
  }

  /** Whether anybody wants to hear. */
  get heard(): boolean {
    return [...this.#watchers].some(({ onSound }) => onSound !== undefined);
  }

  /** A session begins. @param key what those have to know who watch it */
  begin(key: string | undefined): Broadcast {
    const stage: Stage = { key, latest: undefined };
    this.#stages.add(stage);
    return {
      show: (picture) => {
        stage.latest = picture;
        for (const { key: wanted, onPicture } of this.#watchers) if (this.#shown(wanted) === stage) onPicture(picture, stage);
      },
      hear: (sound) => {
        for (const { key: wanted, onSound } of this.#watchers) if (onSound && this.#shown(wanted) === stage) onSound(sound, stage);
      },
      end: () => this.#stages.delete(stage),
    };
  }

  /** Watches from now on, beginning with the picture of now; what comes is told with whose it is. @returns ends it; may be called more than once */
  watch(key: string | undefined, onPicture: Watcher["onPicture"], onSound?: Watcher["onSound"]): () => void {
    const watcher: Watcher = { key, onPicture, onSound }, stage = this.#shown(key);
    this.#watchers.add(watcher);
    if (stage?.latest) onPicture(stage.latest, stage);
    return () => this.#watchers.delete(watcher);
  }

  #shown(key: string | undefined): Stage | undefined {
    return [...this.#stages].findLast((stage) => stage.latest !== undefined && (key === undefined || stage.key === key));
  }
}

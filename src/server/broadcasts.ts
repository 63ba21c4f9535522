/** A picture as it went to its session: a whole message, which others may be sent as it is. */
export interface ShownPicture {
  readonly sequence: number;
  /** A `result`. */
  readonly message: Uint8Array;
  readonly jpeg: Uint8Array;
}

/** One session's pictures. */
export interface Broadcast {
  /** It has a new picture. */
  show(picture: ShownPicture): void;
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
  readonly onPicture: (picture: ShownPicture) => void;
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

  /** A session begins. @param key what those have to know who watch it */
  begin(key: string | undefined): Broadcast {
    const stage: Stage = { key, latest: undefined };
    this.#stages.add(stage);
    return {
      show: (picture) => {
        stage.latest = picture;
        for (const { key: wanted, onPicture } of this.#watchers) if (this.#shown(wanted) === stage) onPicture(picture);
      },
      end: () => this.#stages.delete(stage),
    };
  }

  /** Watches from now on, beginning with the picture of now. @returns ends it; may be called more than once */
  watch(key: string | undefined, onPicture: (picture: ShownPicture) => void): () => void {
    const watcher: Watcher = { key, onPicture }, { latest } = this.#shown(key) ?? {};
    this.#watchers.add(watcher);
    if (latest) onPicture(latest);
    return () => this.#watchers.delete(watcher);
  }

  #shown(key: string | undefined): Stage | undefined {
    return [...this.#stages].findLast((stage) => stage.latest !== undefined && (key === undefined || stage.key === key));
  }
}

import { told } from "../as-reenact-error.js";
import { ReenactError } from "../errors.js";
import { openInput } from "../streams/media-input.js";
import { Models } from "./models.js";
import { resolveOptions, type ReenactOptions } from "./options.js";
import type { Summary } from "./progress.js";
import { makeVideo, type ReenactHooks } from "./reenact.js";
import { openScene, type Scene, type SceneHooks, type SceneOptions } from "./scene.js";

/** Does jobs one after another, or side by side, and keeps its models open between them: the second one begins in a fraction of the time. */
export interface Reenactor extends AsyncDisposable {
  /** The same as the function `reenact`. @throws {ReenactError} as that does; USAGE after {@link close} */
  reenact(options: ReenactOptions, hooks?: ReenactHooks): Promise<Summary>;
  /**
   * Opens a video and a photo for a chain of one's own; whoever opens it closes it.
   * @throws {ReenactError} whatever is wrong with video, photo or models; USAGE after {@link close}
   */
  open(options: SceneOptions, hooks?: SceneHooks): Promise<Scene>;
  /** Waits for the jobs that are under way, and frees the models; can be called again. */
  close(): Promise<void>;
}

/** A {@link Reenactor}. Models are opened by the first job that wants them. */
export function createReenactor(): Reenactor {
  const models = new Models(), jobs = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  const job = <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    const running = told(signal, () => {
      if (closing) throw new ReenactError("USAGE", "Expected an open reenactor but it was closed: create another one.");
      return work();
    });
    jobs.add(running);
    running.catch(() => undefined).finally(() => jobs.delete(running)); // whoever asked for it hears of it
    return running;
  };
  const close = () => closing ??= (async () => {
    await Promise.allSettled(jobs);
    await models.close();
  })();
  return {
    reenact: (given, hooks = {}) => job(hooks.signal, () => makeVideo(models, resolveOptions(given), hooks)),
    open: (given, hooks = {}) => job(hooks.signal, async () => {
      const options: Scene["options"] = resolveOptions({ ...given, output: "-" }), input = await openInput(options.input, { frameRate: options.frameRate, signal: hooks.signal });
      try {
        const scene = await openScene(models, input, options, hooks);
        const end = async () => {
          await scene.close();
          await input.close();
        };
        return { ...scene, close: end, [Symbol.asyncDispose]: end };
      } catch (error) {
        await input.close();
        throw error;
      }
    }),
    close, [Symbol.asyncDispose]: close,
  };
}

import { CLOSE, VIEW_PATH, ViewClient, type ViewState } from "../../client/index.js";
import { byId } from "./elements.js";
import type { PageOptions } from "./page-options.js";
import { ResultView } from "./result-view.js";
import { StageNotice } from "./stage-notice.js";

/** Milliseconds within which shown pictures make the rate that scripts are told. */
const WINDOW = 3000;

/** A page that shows another page's session and nothing else: for browser sources of OBS, and other screens. */
export class ViewPage {
  /** For scripts. */
  readonly client: ViewClient;
  readonly #options: PageOptions;
  readonly #view = new ResultView(byId("result", HTMLCanvasElement), byId("stage"));
  readonly #notice = new StageNotice(() => location.reload());
  #shownAt: number[] = [];

  constructor(options: PageOptions) {
    this.#options = options;
    document.body.classList.add("clean", "viewer");
    byId("stage").setAttribute("aria-label", "What another page shows");
    this.#view.marked = options.mark;
    this.#view.layout = options.layout;
    const url = new URL(VIEW_PATH, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.client = new ViewClient(url.href, {
      token: options.token, key: options.key,
      onPicture: (jpeg, head) => this.#show(jpeg, head.beside),
      onState: (state, why) => this.#look(state, why?.message),
    });
    const full = () => void (document.fullscreenElement ? document.exitFullscreen() : byId("stage").requestFullscreen()).catch(() => undefined);
    byId("stage").addEventListener("dblclick", full);
    document.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => { if (key.toLowerCase() === "f" && !ctrlKey && !metaKey) full(); });
  }

  async start(): Promise<void> {
    this.#look(this.client.state, undefined);
  }

  /** Pictures a second, lately. */
  get rate(): number {
    return (1000 * this.#shownAt.filter((at) => performance.now() - at < WINDOW).length) / WINDOW;
  }

  async #show(jpeg: Uint8Array<ArrayBuffer>, beside: number): Promise<void> {
    if (!await this.#view.show(jpeg, beside)) return;
    this.#shownAt = [...this.#shownAt.filter((at) => performance.now() - at < WINDOW), performance.now()];
    window.dispatchEvent(new CustomEvent("reenact:result", { detail: { jpeg } }));
  }

  /** What it says it says while there is no picture: an audience sees the last one rather than words. */
  #look(state: ViewState, why: string | undefined): void {
    const code = this.client?.lost?.code;
    if (state === "closed") {
      const text = code === CLOSE.token ? "The token in this address is not the server's: copy the address from the page that is shown here." : why ?? "";
      this.#notice.show({ dot: "failed", status: "Refused", title: "The server refused", text, action: "reload" });
    } else if (state === "watching") this.#notice.show({ dot: "ready", status: "Watching", title: "Nothing to see yet", text: `Pictures come as soon as ${this.#options.key === undefined ? "a page of this server" : "the page that this address is from"} is live.` });
    else this.#notice.show({ dot: "waiting", status: "Connecting", title: state === "waiting" ? "No connection" : "Connecting", text: why === undefined ? "Waiting for the server." : `${why} It is tried again.` });
  }
}

import { STAGES, type FiguresNow, type StageTimes } from "../../client/index.js";
import { byId } from "./elements.js";
import { LatencyPlot } from "./latency-plot.js";

const STAGE_NAMES: Readonly<Record<keyof StageTimes, string>> = {
  wait: "Waiting", decode: "Decoding", landmarks: "Finding the face", generate: "Network", compose: "Compositing", encode: "Encoding",
};

const CAUSES: Readonly<Record<keyof FiguresNow["drops"], string>> = {
  window: "enough under way", network: "slow network", disconnected: "no connection", encoder: "this page was busy", display: "newer one was there",
  superseded: "server was busy", rate: "too many a second", late: "out of order", undecodable: "unreadable", "slow-reader": "slow reader",
  "no-photo": "no photo", paused: "paused", restarted: "photo or view changed",
};

/** Shows the live figures. */
export class FiguresView {
  readonly #plot = new LatencyPlot(byId("plot", HTMLCanvasElement));
  readonly #meters: { readonly meter: HTMLMeterElement; readonly value: HTMLOutputElement }[];

  constructor() {
    const rows = STAGES.map((stage) => {
      const label = document.createElement("label"), meter = document.createElement("meter"), value = document.createElement("output");
      meter.id = `stage-${stage}`;
      label.htmlFor = meter.id;
      label.textContent = STAGE_NAMES[stage];
      return { label, meter, value };
    });
    byId("stages").replaceChildren(...rows.flatMap(({ label, meter, value }) => [label, meter, value]));
    this.#meters = rows;
  }

  /** @param align milliseconds that the page takes to find the face; undefined where the server does it */
  show(now: FiguresNow, align: number | undefined): void {
    const put = (id: string, text: string) => { byId(id).textContent = text; };
    const whole = (value: number) => (Number.isFinite(value) ? value.toFixed(0) : "–");
    put("f-p50", whole(now.p50));
    put("f-p95", whole(now.p95));
    put("f-out", now.fpsOut.toFixed(0));
    put("f-in", now.fpsIn.toFixed(0));
    put("f-sent", `${now.fpsSent.toFixed(0)} /s, ${now.upload.toFixed(0)} kB/s`);
    put("f-received", `${now.fpsOut.toFixed(0)} /s, ${now.download.toFixed(0)} kB/s`);
    put("f-align", align === undefined ? "by the server" : `in this page, ${align.toFixed(0)} ms`);
    put("f-batch", now.batch > 0 ? now.batch.toFixed(1) : "–");
    const drops = Object.entries(now.drops).sort(([, a], [, b]) => b - a).map(([cause, count]) => `${count} ${CAUSES[cause as keyof FiguresNow["drops"]]}`);
    put("f-drops", drops.length > 0 ? drops.join(", ") : "none");
    // The longest stage may fill its bar, but short ones do not look long.
    const known = now.shown > 0;
    const longest = Math.max(60, ...STAGES.map((stage) => now.stages[stage]));
    STAGES.forEach((stage, i) => {
      this.#meters[i].meter.max = longest;
      this.#meters[i].meter.value = now.stages[stage];
      this.#meters[i].value.textContent = known ? `${now.stages[stage].toFixed(1)} ms` : "–";
    });
    this.#plot.add(now.p50, now.p95);
  }
}

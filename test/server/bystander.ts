import assert from "node:assert/strict";
import { Content, percentile } from "../../src/client/index.js";
import type { LiveServer } from "../../src/server/live-server.js";
import { connect } from "./live-fixtures.js";

/** A session that keeps to the rules while others do not: a camera of `fps` frames a second. */
export interface Bystander {
  readonly drops: readonly string[];
  /** Results and their delay, milliseconds, over the next `seconds`. */
  measure(seconds: number): Promise<{ readonly results: number; readonly p95: number }>;
  stop(): Promise<void>;
}

/** Opens it; `jpeg` is what its camera sees. */
export async function openBystander(server: LiveServer, jpeg: Buffer, fps = 8): Promise<Bystander> {
  const drops: string[] = [], delays: number[] = [];
  const { client, results } = await connect(server, {
    onDrop: (_, cause) => drops.push(cause),
    onResult: ({ time }) => { delays.push(performance.now() - time); },
  });
  results.length = 0;
  const timer = setInterval(() => {
    if (client.mayOffer()) client.send({ content: Content.jpegPicture, data: jpeg });
  }, 1000 / fps);
  return {
    drops,
    async measure(seconds) {
      delays.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      return { results: delays.length, p95: percentile(delays, 0.95) };
    },
    async stop() {
      clearInterval(timer);
      assert.equal(client.state, "open", "whatever the others did, this session was not closed");
      await client.close();
    },
  };
}

/**
 * Whether a bystander keeps 80 % of its frames and less than twice its delay while `attack` runs, `seconds` at a time. Other programs use
 * the machine too: it is compared with what is so before and after, and the attack has four tries to be borne.
 */
export async function bears(bystander: Bystander, attack: () => Promise<() => void | Promise<void>>, seconds = 2): Promise<void> {
  const told: string[] = [];
  for (let n = 0; n < 4; n++) {
    const before = await bystander.measure(seconds);
    const stop = await attack();
    const meanwhile = await bystander.measure(seconds);
    await stop();
    const after = await bystander.measure(seconds);
    const [results, p95] = [Math.min(before.results, after.results), Math.max(before.p95, after.p95)];
    if (meanwhile.results >= 0.8 * results && meanwhile.p95 < Math.max(2 * p95, 100)) return;
    told.push([before, meanwhile, after].map((now) => `${now.results} results with p95 ${now.p95.toFixed(0)} ms`).join(", "));
  }
  assert.fail(`before, meanwhile, after: ${told.join("; ")}`);
}

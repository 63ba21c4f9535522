import type { IncomingMessage } from "node:http";
import * as z from "zod";
import type { LiveSettings } from "../client/protocol.js";
import { ReenactError } from "../errors.js";
import { hasBearer, isOwnOrigin, type AccessRules } from "./access.js";
import { parseMessage, SomeSettings, ViewKey } from "./live-settings.js";
import { TokenBucket } from "./token-bucket.js";

/** Where settings are changed from outside. */
export const SETTINGS_PATH = "/api/settings";

/** Bytes of a request; and how many of them a second. */
const MOST_BYTES = 4096, RATE = 20, BURST = 40;

/** What is asked for: some settings; `neutral` may be "now"; and whose, by the session's `viewKey`. */
const Wish = SomeSettings.omit({ neutral: true }).extend({ neutral: z.union([z.literal("now"), z.number().int().min(0)]).optional(), key: ViewKey });

/** Changes to one session's settings. */
export type SettingsWish = Omit<z.output<typeof Wish>, "key">;

/** Where sessions are found. */
export interface SettingsOwner {
  /** Changes the settings of the session that came last, of those with the key where one is given. Undefined when there is none. */
  changeSettings(key: string | undefined, wish: SettingsWish): LiveSettings | undefined;
}

/** An answer: a sentence, or the settings as they are now. */
export interface SettingsAnswer {
  readonly status: number;
  readonly said: string | LiveSettings;
  /** Headers besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** `POST /api/settings`: lets programs of this machine, or with the token, change a session's settings, as hotkeys of OBS or a Stream Deck do. */
export class SettingsApi {
  readonly #owner: SettingsOwner;
  readonly #rules: AccessRules;
  readonly #rate = new TokenBucket(RATE, BURST, performance.now());

  constructor(owner: SettingsOwner, rules: AccessRules) {
    this.#owner = owner;
    this.#rules = rules;
  }

  /** Answers a request; its host has been looked at. */
  async answer(request: IncomingMessage): Promise<SettingsAnswer> {
    if (request.method !== "POST") return { status: 405, said: "Settings are changed by POST.", headers: { Allow: "POST" } };
    if (!hasBearer(request, this.#rules)) return { status: 401, said: "Send the server's token as Authorization: Bearer <token>.", headers: { "WWW-Authenticate": "Bearer" } };
    // Pages elsewhere can send forms here, and no more than that without being asked for who they are.
    if (!isOwnOrigin(request, this.#rules)) return { status: 403, said: "Pages of other origins change nothing here." };
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return { status: 415, said: "Send JSON, as Content-Type: application/json." };
    if (!this.#rate.take(performance.now())) return { status: 429, said: "Too many requests a second.", headers: { "Retry-After": "1" } };
    const body = await readBody(request);
    if (body === undefined) return { status: 413, said: `Expected at most ${MOST_BYTES} bytes.`, headers: { Connection: "close" } };
    let wish: z.output<typeof Wish>;
    try {
      wish = parseMessage(Wish, JSON.parse(body));
    } catch (error) {
      return { status: 400, said: error instanceof ReenactError ? error.message : 'Expected JSON such as {"strength": 1.2, "neutral": "now"}.' };
    }
    const { key, ...changes } = wish;
    if (key === undefined && this.#rules.token !== undefined) return { status: 400, said: "Expected the key of a session beside its settings: it is in the address that its page copies for OBS." };
    const settings = this.#owner.changeSettings(key, changes);
    return settings ? { status: 200, said: settings } : { status: 404, said: "No such session is open: open its page first." };
  }
}

/** The body; undefined when it is too large: then the rest of it is not kept. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (part: Buffer) => {
      size += part.length;
      if (size > MOST_BYTES) resolve(undefined);
      else parts.push(part);
    });
    request.once("end", () => resolve(Buffer.concat(parts).toString("utf8")));
    request.once("error", reject);
  });
}

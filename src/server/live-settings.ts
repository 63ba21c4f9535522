import * as z from "zod";
import type { Hello, LiveSettings, WatchHello } from "../client/protocol.js";
import { ReenactError } from "../errors.js";

const rest = z.strictObject({
  head: z.strictObject({ yaw: z.number().min(-180).max(180), pitch: z.number().min(-180).max(180), roll: z.number().min(-180).max(180) }),
  gaze: z.strictObject({ x: z.number().min(-2).max(2), y: z.number().min(-2).max(2) }),
  weights: z.array(z.number().min(-1).max(2)).length(51),
});

const settings = {
  view: z.enum(["composite", "face", "side-by-side"]),
  strength: z.number().min(0).max(1.5),
  head: z.enum(["follow", "still"]),
  headStrength: z.number().min(0).max(1.5),
  gaze: z.enum(["follow", "photo"]),
  expression: z.enum(["absolute", "relative", "calibrated"]),
  neutral: z.number().int().min(0),
  rest: rest.nullable(),
  missing: z.enum(["hold", "ease"]),
  face: z.union([z.literal("largest"), z.number().int().min(1).max(99)]),
  paused: z.boolean(),
} satisfies Record<keyof LiveSettings, z.ZodType>;

/** Some of a session's settings, as a client sends them. */
export const SomeSettings = z.strictObject(settings).partial() satisfies z.ZodType<Partial<LiveSettings>>;

/** A session's key, where there is one. */
export const ViewKey = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, "16 to 64 letters, digits, - and _").optional();

/** A client's greeting. */
export const HelloMessage = z.strictObject({ settings: SomeSettings.optional(), ownPhoto: z.boolean().optional(), viewKey: ViewKey }) satisfies z.ZodType<Hello>;

/** A viewer's greeting. */
export const WatchMessage = z.strictObject({ key: ViewKey }) satisfies z.ZodType<WatchHello>;

/** A client's JSON, checked. @throws ReenactError PROTOCOL when it is not what it should be */
export function parseMessage<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ReenactError("PROTOCOL", `Expected a valid ${issue.path.join(".") || "message"}: ${issue.message}.`);
}

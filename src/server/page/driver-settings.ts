import { DEFAULT_SETTINGS, type LiveSettings } from "../../client/index.js";

/** The settings that belong to who sits before which camera, and in what light. */
export type DriverSettings = Pick<LiveSettings, "strength" | "head" | "headStrength" | "gaze" | "expression" | "rest">;

const isRest = (value: unknown): boolean => {
  const { head, gaze, weights } = (value ?? {}) as Record<string, unknown>;
  const angles = (given: unknown, names: readonly string[], most: number) => names.every((name) => isWithin((given as Record<string, unknown> | undefined)?.[name], -most, most));
  return value === null || (angles(head, ["yaw", "pitch", "roll"], 180) && angles(gaze, ["x", "y"], 2) && Array.isArray(weights) && weights.length === 51 && weights.every((weight) => isWithin(weight, -1, 2)));
};

/** What each may be: what was kept, or comes in a URL, is not to be trusted, and a server hangs up on values that it does not know. */
const VALID: Readonly<Record<keyof DriverSettings, (value: unknown) => boolean>> = {
  strength: (value) => isWithin(value, 0, 1.5),
  head: (value) => value === "follow" || value === "still",
  headStrength: (value) => isWithin(value, 0, 1.5),
  gaze: (value) => value === "follow" || value === "photo",
  expression: (value) => value === "relative" || value === "absolute" || value === "calibrated",
  rest: isRest,
};
const NAMES = Object.keys(VALID) as (keyof DriverSettings)[];

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

/** Those of some values that are settings of a driver. */
export function validDriverSettings(values: unknown): Partial<DriverSettings> {
  const given = (typeof values === "object" ? values ?? {} : {}) as Record<string, unknown>;
  return Object.fromEntries(NAMES.filter((name) => name in given && VALID[name](given[name])).map((name) => [name, given[name]]));
}

/** What a page's URL asks for: `strength=1.2`, `head=still`, `head-strength=0.5`, `gaze=photo`, `expression=absolute`. */
export function driverSettingsOf(query: URLSearchParams): Partial<DriverSettings> {
  const number = (name: string) => (query.get(name) ? Number(query.get(name)) : undefined);
  return validDriverSettings({ strength: number("strength"), head: query.get("head"), headStrength: number("head-strength"), gaze: query.get("gaze"), expression: query.get("expression") });
}

/** All of them: what is asked for now, what was kept, the defaults. */
export function completeDriverSettings(...wishes: readonly Partial<DriverSettings>[]): DriverSettings {
  return Object.fromEntries(NAMES.map((name) => [name, wishes.find((wish) => wish[name] !== undefined)?.[name] ?? DEFAULT_SETTINGS[name]])) as unknown as DriverSettings;
}

import type { DriverRest } from "../model/rig/driver-rest.js";
import type { Storage } from "./storage.js";
import type { JobSpec } from "./units.js";

/**
 * A job's driver at rest, found by whoever needs it first and then the same for all its segments, whoever renders them and when. Two who look
 * at the same time find the same.
 *
 * @throws {ReenactError} STORAGE_FAILED, and whatever `find` throws
 */
export async function sharedRest({ prefix }: JobSpec, storage: Storage, find: () => Promise<DriverRest>): Promise<DriverRest> {
  const key = `${prefix}/rest.json`, known = await storage.readText(key);
  if (known !== undefined) return JSON.parse(known) as DriverRest;
  const rest = await find();
  await storage.putText(key, JSON.stringify(rest));
  return rest;
}

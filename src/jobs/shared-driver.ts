import type { Driver } from "../pipeline/find-driver.js";
import type { Storage } from "./storage.js";
import type { JobSpec } from "./units.js";

/**
 * How a job's driver is held and rests, found by whoever needs it first and then the same for all its segments, whoever renders them and when. Two who look
 * at the same time find the same.
 *
 * @throws {ReenactError} STORAGE_FAILED, and whatever `find` throws
 */
export async function sharedDriver({ prefix }: JobSpec, storage: Storage, find: () => Promise<Driver>): Promise<Driver> {
  const key = `${prefix}/driver.json`, known = await storage.readText(key);
  if (known !== undefined) return JSON.parse(known) as Driver;
  const driver = await find();
  await storage.putText(key, JSON.stringify(driver));
  return driver;
}

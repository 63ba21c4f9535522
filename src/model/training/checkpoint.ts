import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Weights } from "../network/initialize.js";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.js";

/** What a trainer saves and restores. */
export interface TrainerState {
  readonly steps: number;
  readonly state: Record<string, Weights>;
}

/** Writes a checkpoint folder whole: a reader finds the one before or this one, never half of it. */
export async function writeCheckpoint(folder: string, { steps, state }: TrainerState): Promise<void> {
  const beside = `${folder}.writing`, old = `${folder}.old`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  for (const [name, weights] of Object.entries(state)) await writeFile(join(beside, `${name}.safetensors`), encodeSafetensors(weights, "F32"));
  await writeFile(join(beside, "state.json"), JSON.stringify({ steps, parts: Object.keys(state) }));
  await rm(old, { recursive: true, force: true });
  await rename(folder, old).catch(() => undefined); // the first checkpoint has nothing to move away
  await rename(beside, folder);
  await rm(old, { recursive: true, force: true });
}

/** Reads the checkpoint of {@link writeCheckpoint}, the one before when a crash left only that, or nothing. */
export async function readCheckpoint(folder: string): Promise<TrainerState | undefined> {
  for (const place of [folder, `${folder}.old`]) {
    const text = await readFile(join(place, "state.json"), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const { steps, parts } = JSON.parse(text) as { steps: number; parts: string[] };
    const state: Record<string, Weights> = {};
    for (const part of parts) state[part] = decodeSafetensors(await readFile(join(place, `${part}.safetensors`))).weights;
    return { steps, state };
  }
  return undefined;
}

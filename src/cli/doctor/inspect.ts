import { checkEngines } from "./check-engines.js";
import { checkFfmpeg } from "./check-ffmpeg.js";
import { checkMachine } from "./check-machine.js";
import { checkCache, checkLandmarks, checkWeights } from "./check-models.js";
import type { Section } from "./finding.js";

/** Other places than the usual ones. */
export interface InspectOptions {
  /** Folder of the network's weights. */
  readonly weights?: string;
  /** Where MediaPipe's model is looked for first. */
  readonly modelDir?: string;
}

/** Looks at everything that a job needs, in the order in which it would miss it. */
export function inspect({ weights, modelDir }: InspectOptions = {}): Promise<Section[]> {
  return Promise.all([checkMachine(), checkFfmpeg(), checkEngines(), checkLandmarks(modelDir), checkWeights(weights), checkCache()]);
}

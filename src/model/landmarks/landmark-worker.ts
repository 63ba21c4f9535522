import { parentPort, workerData } from "node:worker_threads";
import { ReenactError } from "../../errors.js";
import { createFacemeshSource } from "./facemesh-source.js";
import type { ErrorNote, LandmarkReply, LandmarkRequest, SourcePlan } from "./landmark-messages.js";
import { createMediapipeSource } from "./mediapipe-source.js";
import type { LandmarkSource } from "./source.js";

/** The thread of a {@link createWorkerSource}: makes one source and answers requests until it is told to close. */
if (!parentPort) throw new Error("Expected to run as a worker thread");
const port = parentPort;

function send(reply: LandmarkReply): void {
  port.postMessage(reply); // points are copied, not transferred: the source goes on from them at the next picture
}

function note(error: unknown): ErrorNote {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack, code: error instanceof ReenactError ? error.code : undefined };
}

async function answer(source: LandmarkSource, request: LandmarkRequest): Promise<void> {
  if (request.kind === "close") {
    await source.close();
    port.close(); // nothing keeps the thread alive any more
    return;
  }
  try {
    send({ kind: "faces", faces: await source.detect(request.image, request.options) });
  } catch (error) {
    send({ kind: "error", error: note(error) });
  }
}

try {
  const plan = workerData as SourcePlan;
  const source = plan.kind === "mediapipe" ? await createMediapipeSource(plan) : await createFacemeshSource();
  port.on("message", (request: LandmarkRequest) => void answer(source, request)); // the source itself keeps calls in order
  send({ kind: "ready", name: source.name });
} catch (error) {
  send({ kind: "error", error: note(error) });
}

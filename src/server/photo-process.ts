import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import sharp from "sharp";
import { ReenactError } from "../errors.js";
import { readPhoto } from "../streams/photo.js";
import type { PhotoReply, PhotoRequest } from "./photo-messages.js";

/** The process of a {@link PhotoReader}: what strangers' files make of it ends with it. */
const send = (reply: PhotoReply) => process.send?.(reply);

sharp.cache(false);
sharp.concurrency(1);

/** Yields to all others from now on: not before, because whoever sent a photo waits for this process to start. */
function yieldToOthers(): void {
  try {
    // Linux keeps a priority for every thread: those that there are, whose likeness the later ones take.
    const threads = process.platform === "linux" ? readdirSync("/proc/self/task").map(Number) : [process.pid];
    for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where this may not be said, it is a process like others.
  }
}

process.on("message", ({ bytes, maxPixels, maxSide }: PhotoRequest) => {
  readPhoto(bytes, { maxPixels, maxSide }).then(
    ({ pixels, notes, original }) => send({ photo: { pixels, notes, original } }),
    (error: unknown) => send({ error: error instanceof ReenactError ? { code: error.code, message: error.message } : { code: "INTERNAL", message: String(error) } }),
  );
});
process.on("disconnect", () => process.exit());
yieldToOthers();
send("ready");

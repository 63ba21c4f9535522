import sharp from "sharp";
import { ReenactError } from "../errors.js";
import { readPhoto } from "../streams/photo.js";
import type { PhotoReply, PhotoRequest } from "./photo-messages.js";

/** The process of a {@link PhotoReader}: what strangers' files make of it ends with it. */
const send = (reply: PhotoReply) => process.send?.(reply);

sharp.cache(false);
sharp.concurrency(1);

process.on("message", ({ bytes, maxPixels, maxSide }: PhotoRequest) => {
  readPhoto(bytes, { maxPixels, maxSide }).then(
    ({ pixels, notes, original }) => send({ photo: { pixels, notes, original } }),
    (error: unknown) => send({ error: error instanceof ReenactError ? { code: error.code, message: error.message } : { code: "INTERNAL", message: String(error) } }),
  );
});
process.on("disconnect", () => process.exit());
send("ready");

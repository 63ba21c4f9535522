import { Content } from "../../client/protocol.js";
import { CROP_SIZE } from "../../model/geometry/alignment.js";
import { FaceAligner } from "./face-aligner.js";
import type { GrabReply, GrabRequest } from "./grab-messages.js";

/** As much of a worker's global scope as is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<GrabRequest>) => void) | null;
  postMessage(reply: GrabReply, transfer?: Transferable[]): void;
}

/** The thread that turns the camera's pictures into what is sent: the aligned face, or a JPEG of the whole picture. */
const scope = self as unknown as WorkerScope;

/** The face is read at 96×96: longer sides only cost time. Pixels. */
const LONGER_SIDE = 640;
/** A crop is small and goes through the network as it is; a whole picture is looked at for its face. */
const CROP_QUALITY = 0.95, PICTURE_QUALITY = 0.85;

const whole = new OffscreenCanvas(1, 1), wholeContext = whole.getContext("2d", { willReadFrequently: true })!;
const small = new OffscreenCanvas(CROP_SIZE, CROP_SIZE), smallContext = small.getContext("2d")!;
let aligner: FaceAligner | undefined;

async function setUp(model: string | null): Promise<void> {
  try {
    aligner = model === null ? undefined : await FaceAligner.open(model);
    scope.postMessage({ kind: "ready", aligns: aligner !== undefined });
  } catch (error) {
    // The server can do it as well.
    scope.postMessage({ kind: "ready", aligns: false, why: (error as Error).message });
  }
}

function draw(picture: ImageBitmap, mirror: boolean): void {
  const scale = Math.min(1, LONGER_SIDE / Math.max(picture.width, picture.height));
  const width = Math.round(picture.width * scale), height = Math.round(picture.height * scale);
  if (whole.width !== width || whole.height !== height) Object.assign(whole, { width, height });
  wholeContext.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? width : 0, 0);
  wholeContext.drawImage(picture, 0, 0, width, height);
  picture.close();
}

async function grab({ picture, time, mirror, whole: wanted }: GrabRequest & { kind: "grab" }): Promise<void> {
  const started = performance.now();
  draw(picture, mirror);
  const send = (content: Content, data: ArrayBuffer) => {
    scope.postMessage({ kind: "grabbed", content, data, time, took: performance.now() - started }, [data]);
  };
  if (!aligner || wanted) {
    const file = await whole.convertToBlob({ type: "image/jpeg", quality: PICTURE_QUALITY });
    return send(Content.jpegPicture, await file.arrayBuffer());
  }
  const crop = aligner.align(wholeContext.getImageData(0, 0, whole.width, whole.height), time);
  if (!crop) return send(Content.noFace, new ArrayBuffer(0));
  smallContext.putImageData(crop, 0, 0);
  const file = await small.convertToBlob({ type: "image/webp", quality: CROP_QUALITY });
  // Browsers that cannot write WebP write PNG unasked.
  if (file.type === "image/webp") return send(Content.webpCrop, await file.arrayBuffer());
  send(Content.jpegCrop, await (await small.convertToBlob({ type: "image/jpeg", quality: CROP_QUALITY })).arrayBuffer());
}

scope.onmessage = ({ data }) => {
  if (data.kind === "setup") return void setUp(data.model);
  grab(data).catch((error: unknown) => scope.postMessage({ kind: "failed", why: (error as Error).message }));
};

import { Content, encodeMovedCrop } from "../../client/protocol.js";
import { CROP_SIZE } from "../../model/geometry/alignment.js";
import type { FaceMotion } from "../../model/geometry/driver-motion.js";
import { FaceAligner } from "./face-aligner.js";
import type { Seen } from "./face-watch.js";
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

/** Brightness is looked at in so few pixels, every so many pictures. */
const GLANCE = 16, GLANCE_EVERY = 10;

const whole = new OffscreenCanvas(1, 1), wholeContext = whole.getContext("2d", { willReadFrequently: true })!;
const glance = new OffscreenCanvas(GLANCE, GLANCE), glanceContext = glance.getContext("2d", { willReadFrequently: true })!;
let aligner: FaceAligner | undefined;
let pictures = 0, light: number | undefined;
/** Settles when the picture before has been sent: encoding goes on while the next face is looked for, and the order stays. */
let before: Promise<unknown> = Promise.resolve();

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
  if (pictures++ % GLANCE_EVERY === 0) {
    glanceContext.drawImage(picture, 0, 0, GLANCE, GLANCE);
    const { data } = glanceContext.getImageData(0, 0, GLANCE, GLANCE);
    light = data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0) / (3 * GLANCE * GLANCE);
  }
  picture.close();
}

/** A canvas of its own for every picture: it is read while the next one is drawn. */
function copyOf({ width, height }: { width: number; height: number }, paint: (context: OffscreenCanvasRenderingContext2D) => void): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  paint(canvas.getContext("2d")!);
  return canvas;
}

/** What is to be sent of a picture; all that needs the shared canvas is done when this returns. */
function encode({ picture, time, mirror, whole: wanted }: GrabRequest & { kind: "grab" }): { readonly seen: Seen; readonly file: Promise<{ content: Content; data: ArrayBuffer }> } {
  draw(picture, mirror);
  if (!aligner || wanted) {
    const copy = copyOf(whole, (context) => context.drawImage(whole, 0, 0));
    const file = copy.convertToBlob({ type: "image/jpeg", quality: PICTURE_QUALITY }).then(async (blob) => ({ content: Content.jpegPicture, data: await blob.arrayBuffer() }));
    return { seen: { light }, file };
  }
  const { found, faces, height } = aligner.align(wholeContext.getImageData(0, 0, whole.width, whole.height), time);
  const seen: Seen = { faces, height, light };
  if (!found) return { seen, file: Promise.resolve({ content: Content.noFace, data: new ArrayBuffer(0) }) };
  return { seen, file: encodeCrop(copyOf({ width: CROP_SIZE, height: CROP_SIZE }, (context) => context.putImageData(found.crop, 0, 0)), found.motion) };
}

async function encodeCrop(crop: OffscreenCanvas, motion: FaceMotion): Promise<{ content: Content; data: ArrayBuffer }> {
  let file = await crop.convertToBlob({ type: "image/webp", quality: CROP_QUALITY });
  // Browsers that cannot write WebP write PNG unasked.
  if (file.type !== "image/webp") file = await crop.convertToBlob({ type: "image/jpeg", quality: CROP_QUALITY });
  return { content: Content.movedCrop, data: encodeMovedCrop(motion, new Uint8Array(await file.arrayBuffer())).buffer };
}

function grab(request: GrabRequest & { kind: "grab" }): void {
  const started = performance.now(), failed = (error: unknown) => scope.postMessage({ kind: "failed", why: (error as Error).message });
  try {
    const { seen, file } = encode(request), took = performance.now() - started, last = before;
    file.catch(() => {}); // told below, in its turn
    before = last.then(() => file).then(({ content, data }) => scope.postMessage({ kind: "grabbed", content, data, time: request.time, took, seen }, [data]), failed);
  } catch (error) {
    failed(error);
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === "setup") void setUp(data.model);
  else grab(data);
};

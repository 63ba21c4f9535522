import { Content, encodeMovedCrop } from "../../client/protocol.js";
import type { Pixels } from "../../frame.js";
import { CROP_SIZE } from "../../model/geometry/alignment.js";
import type { FaceMotion } from "../../model/geometry/driver-motion.js";
import { FaceAligner } from "./face-aligner.js";
import type { Seen } from "./face-watch.js";
import type { GrabReply, GrabRequest } from "./grab-messages.js";
import { readPixels } from "./read-pixels.js";

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

/** Brightness is looked at in so few pixels a side, every so many pictures. */
const GLANCE = 16, GLANCE_EVERY = 10;

const whole = new OffscreenCanvas(1, 1), wholeContext = whole.getContext("2d", { willReadFrequently: true })!;
let aligner: FaceAligner | undefined;
let pictures = 0, light: number | undefined;
/** Whether the picture before was mirrored. */
let mirrored: boolean | undefined;
/** Pixels of the picture before: nobody needs them any more when the next one is looked at. */
let spare: Uint8Array | undefined;
/** Settles when the picture before has been looked at, and when it has been sent: encoding goes on while the next face is looked for, and the order stays. */
let looked: Promise<unknown> = Promise.resolve(), before: Promise<unknown> = Promise.resolve();

async function setUp(model: string | null): Promise<void> {
  try {
    aligner = model === null ? undefined : await FaceAligner.open(model);
    scope.postMessage({ kind: "ready", aligns: aligner !== undefined });
  } catch (error) {
    // The server can do it as well.
    scope.postMessage({ kind: "ready", aligns: false, why: (error as Error).message });
  }
}

function draw(picture: ImageBitmap | VideoFrame, mirror: boolean): void {
  const [wide, high] = "displayWidth" in picture ? [picture.displayWidth, picture.displayHeight] : [picture.width, picture.height];
  const scale = Math.min(1, LONGER_SIDE / Math.max(wide, high)), width = Math.round(wide * scale), height = Math.round(high * scale);
  if (whole.width !== width || whole.height !== height) Object.assign(whole, { width, height });
  wholeContext.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? width : 0, 0);
  wholeContext.drawImage(picture, 0, 0, width, height);
}

function drawn(): Pixels {
  const { data, width, height } = wholeContext.getImageData(0, 0, whole.width, whole.height);
  return { data: new Uint8Array(data.buffer), width, height };
}

/** Mean brightness, 0…255, of now or of a few pictures before. @param pixels RGBA */
function lightOf(pixels: () => Pixels): number | undefined {
  if (pictures++ % GLANCE_EVERY > 0) return light;
  const { data, width, height } = pixels();
  let sum = 0;
  for (let j = 0; j < GLANCE; j++) {
    for (let i = 0; i < GLANCE; i++) {
      const at = 4 * (Math.floor(((j + 0.5) * height) / GLANCE) * width + Math.floor(((i + 0.5) * width) / GLANCE));
      sum += data[at] + data[at + 1] + data[at + 2];
    }
  }
  return light = sum / (3 * GLANCE * GLANCE);
}

/** A canvas of its own for every picture: it is read while the next one is drawn. */
function copyOf({ width, height }: { width: number; height: number }, paint: (context: OffscreenCanvasRenderingContext2D) => void): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  paint(canvas.getContext("2d")!);
  return canvas;
}

/** What is to be sent of a picture; all that needs it, or the shared canvas, is done when this resolves. */
async function look({ picture, time, mirror, whole: wanted, raw, spare: spareLook }: GrabRequest & { kind: "grab" }): Promise<{ readonly seen: Seen; readonly file: Promise<{ content: Content; data: ArrayBuffer }> }> {
  try {
    if (!aligner || wanted) {
      draw(picture, mirror);
      const copy = copyOf(whole, (context) => context.drawImage(whole, 0, 0));
      const file = copy.convertToBlob({ type: "image/jpeg", quality: PICTURE_QUALITY }).then(async (blob) => ({ content: Content.jpegPicture, data: await blob.arrayBuffer() }));
      return { seen: { light: lightOf(drawn) }, file };
    }
    const own = await readPixels(picture, mirror, LONGER_SIDE, spare);
    spare = own?.data;
    if (!own) draw(picture, mirror);
    const pixels = own ?? drawn();
    const { found, faces, height } = aligner.align(pixels, time, spareLook && mirror === mirrored), seen: Seen = { faces, height, light: lightOf(() => pixels) };
    mirrored = mirror;
    if (!found) return { seen, file: Promise.resolve({ content: Content.noFace, data: new ArrayBuffer(0) }) };
    if (raw) return { seen, file: Promise.resolve({ content: Content.movedPixels, data: encodeMovedCrop(found.motion, rgbOf(found.crop)).buffer }) };
    return { seen, file: encodeCrop(copyOf({ width: CROP_SIZE, height: CROP_SIZE }, (context) => context.putImageData(found.crop, 0, 0)), found.motion) };
  } finally {
    picture.close();
  }
}

/** An opaque picture's pixels. */
function rgbOf({ data }: ImageData): Uint8Array {
  const rgb = new Uint8Array((3 * data.length) / 4);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    for (let c = 0; c < 3; c++) rgb[to + c] = data[from + c];
  }
  return rgb;
}

async function encodeCrop(crop: OffscreenCanvas, motion: FaceMotion): Promise<{ content: Content; data: ArrayBuffer }> {
  // Not WebP, which is two thirds as large, no better at this quality, and takes three times as long to write and half as long again to read.
  const file = await crop.convertToBlob({ type: "image/jpeg", quality: CROP_QUALITY });
  return { content: Content.movedCrop, data: encodeMovedCrop(motion, new Uint8Array(await file.arrayBuffer())).buffer };
}

async function grab(request: GrabRequest & { kind: "grab" }): Promise<void> {
  const started = performance.now(), failed = (error: unknown) => scope.postMessage({ kind: "failed", why: (error as Error).message });
  try {
    const { seen, file } = await look(request), took = performance.now() - started, last = before;
    file.catch(() => {}); // told below, in its turn
    before = last.then(() => file).then(({ content, data }) => scope.postMessage({ kind: "grabbed", content, data, time: request.time, took, seen }, [data]), failed);
  } catch (error) {
    failed(error);
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === "setup") void setUp(data.model);
  else looked = looked.then(() => grab(data));
};

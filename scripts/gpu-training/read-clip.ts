import { AlignmentSmoother } from "../../src/model/geometry/alignment-smoother.js";
import { alignFace } from "../../src/model/geometry/alignment.js";
import type { Similarity } from "../../src/model/geometry/similarity.js";
import type { Frame } from "../../src/frame.js";
import type { FaceLandmarks } from "../../src/model/landmarks/face.js";
import type { LandmarkSource } from "../../src/model/landmarks/source.js";
import { openDecoder } from "../../src/streams/decode.js";
import { openInput } from "../../src/streams/media-input.js";
import { probeVideo } from "../../src/streams/probe.js";

/** A frame of a clip with its face, as a driver's are read: followed from frame to frame, its registration smoothed. */
export interface ClipFrame {
  readonly frame: Frame;
  readonly face: FaceLandmarks;
  readonly alignment: Similarity;
}

const SIDE = 1280;

/** Hands every frame of a clip that shows a face to `visit`, in order. */
export async function readClip(path: string, landmarks: LandmarkSource, visit: (frame: ClipFrame) => Promise<void>): Promise<void> {
  const input = await openInput(path);
  try {
    const decoder = await openDecoder(await probeVideo(input), { quick: true, maxSide: SIDE });
    try {
      const smoother = new AlignmentSmoother<{ frame: Frame; face: FaceLandmarks | undefined; time: number; transform: Similarity | null }>();
      const hand = async (ready: ReturnType<typeof smoother.flush>) => {
        for (const { frame, face, smoothed } of ready) if (face && smoothed) await visit({ frame, face, alignment: smoothed });
      };
      for (let frame = await decoder.next(); frame; frame = await decoder.next()) {
        const face = (await landmarks.detect(frame, { timestamp: frame.timestamp })).at(0);
        await hand(smoother.push({ frame, face, time: frame.timestamp, transform: face ? alignFace(face) : null }));
      }
      await hand(smoother.flush());
    } finally {
      await decoder.close();
    }
  } finally {
    await input.close();
  }
}

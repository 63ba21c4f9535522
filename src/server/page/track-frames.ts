/** As much of it as is used: browsers have it that are built on Chromium. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}

/** Whether a camera can be read while its page is hidden: then no video element gives frames. */
export const readsHidden = "MediaStreamTrackProcessor" in globalThis;

/** Reads a camera's frames for as long as `wanted` holds; `onFrame` is done with a frame when its promise is. */
export async function readTrack(track: MediaStreamTrack, wanted: () => boolean, onFrame: (frame: VideoFrame) => Promise<unknown>): Promise<void> {
  const { MediaStreamTrackProcessor: Processor } = globalThis as unknown as {
    MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => TrackProcessor;
  };
  const reader = new Processor({ track, maxBufferSize: 1 }).readable.getReader();
  try {
    while (wanted()) {
      const { value, done } = await reader.read();
      if (done) return;
      await onFrame(value).finally(() => value.close());
    }
  } finally {
    await reader.cancel();
  }
}

/** As much of it as is used: browsers have it that are built on Chromium. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}

/** Whether a camera can be read while its page is hidden: then no video element gives frames. */
export const readsHidden = "MediaStreamTrackProcessor" in globalThis;

/** Reads a camera's frames until `signal` aborts; `onFrame` is done with a frame when its promise is. The camera goes on afterwards. */
export async function readTrack(camera: MediaStreamTrack, signal: AbortSignal, onFrame: (frame: VideoFrame) => Promise<unknown>): Promise<void> {
  const { MediaStreamTrackProcessor: Processor } = globalThis as unknown as {
    MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => TrackProcessor;
  };
  const track = camera.clone(), reader = new Processor({ track, maxBufferSize: 1 }).readable.getReader();
  // A read that waits ends with this, whether a frame comes or not.
  signal.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true });
  try {
    while (!signal.aborted) {
      const { value, done } = await reader.read();
      if (done) return;
      await onFrame(value).finally(() => value.close());
    }
  } finally {
    track.stop();
  }
}

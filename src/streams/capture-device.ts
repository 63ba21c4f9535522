/** What ffmpeg takes pictures from while they happen, by its own names: cameras, screens, and what it makes up itself. */
const FORMATS = ["v4l2", "avfoundation", "dshow", "x11grab", "gdigrab", "lavfi"] as const;

/** A camera, a screen or the like. */
export interface CaptureDevice {
  /** ffmpeg's name of the way in. */
  readonly format: (typeof FORMATS)[number];
  /** The device in that way's own words. */
  readonly name: string;
}

/** Whether ffmpeg takes pictures from devices in this way. */
export function isCaptureFormat(format: string): format is CaptureDevice["format"] {
  return (FORMATS as readonly string[]).includes(format);
}

/** The device that is meant by `v4l2:/dev/video0`, `/dev/video0`, `x11grab::0.0`, `avfoundation:0`, `dshow:video=…` or `lavfi:…`; undefined for anything else. */
export function captureDevice(input: string): CaptureDevice | undefined {
  if (/^\/dev\/video\d+$/.test(input)) return { format: "v4l2", name: input };
  const [, format = "", name = ""] = /^([a-z0-9]+):(.+)$/s.exec(input) ?? [];
  return isCaptureFormat(format) ? { format, name } : undefined;
}

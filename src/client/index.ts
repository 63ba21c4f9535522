/**
 * `reenact/client`: live sessions with `reenact serve`, for browsers and Node. It needs nothing but this folder (and `ws` where there is
 * no WebSocket).
 */
export { LiveClient } from "./live-client.js";
export { ViewClient, type ViewClientOptions, type ViewState } from "./view-client.js";
export type { LiveClientOptions, LiveResult, LiveState, OutgoingFrame } from "./client-options.js";
export { percentile, type FiguresNow, type LocalDropCause } from "./figures.js";
export type { LiveSocket, SocketFactory } from "./socket.js";
export {
  CLOSE, Content, DEFAULT_SETTINGS, encodeMovedCrop, LIVE_PATH, MOST_SOUND, PROTOCOL_VERSION, SOUND_RATE, STAGES, VIEW_PATH,
  type DriverRest, type DropCause, type FaceBox, type LiveSettings, type PhotoInfo, type ResultHead, type StageTimes, type Welcome,
} from "./protocol.js";
export { ReenactError, type ErrorCode } from "../errors.js";

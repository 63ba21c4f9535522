import type { WebSocket } from "ws";

/** Milliseconds that a client has to answer the closing of its socket. */
const CLOSE_TIMEOUT = 2000;

/** Closes a client's socket with a reason that it is told; one that does not answer is cut off. @param closed resolves when the socket is gone */
export function closeSocket(socket: WebSocket, code: number, reason: string, closed: Promise<void>): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT);
  void closed.then(() => clearTimeout(timer));
}

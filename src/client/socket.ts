/** As much of a WebSocket as the client uses: a browser's, or that of `ws`. */
export interface LiveSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown } & never) => void) | null;
  onclose: ((event: { code: number; reason: string } & never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Makes a socket: `new WebSocket(url, protocols)`. */
export type SocketFactory = (url: string, protocols: string[]) => LiveSocket;

/** WebSocket.OPEN */
export const OPEN = 1;

/** The platform's WebSocket where there is one (browsers, Node 22), else that of `ws`. */
export async function defaultSocketFactory(): Promise<SocketFactory> {
  const { WebSocket: own } = globalThis as { WebSocket?: new (url: string, protocols: string[]) => LiveSocket };
  if (own) return (url, protocols) => new own(url, protocols);
  const { WebSocket } = await import("ws");
  // perMessageDeflate: pictures do not shrink any more.
  return (url, protocols) => new WebSocket(url, protocols, { perMessageDeflate: false }) as unknown as LiveSocket;
}

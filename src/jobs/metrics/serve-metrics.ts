import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Registry } from "prom-client";
import { ReenactError } from "../../errors.js";

/** A small HTTP server that answers `GET /metrics`. */
export interface MetricsServer extends AsyncDisposable {
  /** Where the figures are. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param port 0 for any that is free @throws {ReenactError} ADDRESS_UNAVAILABLE */
export async function serveMetrics(registry: Registry, port: number, host: string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  await once(server, "listening").catch((cause: NodeJS.ErrnoException) => {
    throw new ReenactError("ADDRESS_UNAVAILABLE", `Expected to serve metrics at ${host}:${port} but it cannot be used (${cause.code}): choose another --metrics-port.`, { cause });
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise<unknown>((resolve) => server.close(resolve));
  };
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/metrics`,
    close, [Symbol.asyncDispose]: close,
  };
}

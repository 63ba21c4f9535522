import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** As much of S3 as a storage needs: objects of one bucket in memory, conditional PUT, ListObjectsV2 in pages, DeleteObjects. */
export interface S3Server {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  /** PUTs that were refused because the key was there. */
  refused: number;
  close(): Promise<void>;
}

const PAGE = 3;
const xml = (name: string, body: string) => `<?xml version="1.0" encoding="UTF-8"?><${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${name}>`;

/** Starts one on a free port of this machine. @param conditional whether it knows conditions; not every server does */
export async function startS3(bucket: string, conditional = true): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const state: S3Server = { url: "", objects, refused: 0, close: async () => {} };
  const answer = async (request: IncomingMessage): Promise<[number, (string | Buffer)?, Record<string, string>?]> => {
    const url = new URL(request.url ?? "/", "http://s3"), [, name, ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    if (name !== bucket) return [404, xml("Error", "<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>")];
    if (request.method === "GET" && key === "") {
      const prefix = url.searchParams.get("prefix") ?? "";
      const found = [...objects.keys()].filter((known) => known.startsWith(prefix)).sort();
      const page = found.slice(0, PAGE).map((known) => `<Contents><Key>${known}</Key><Size>${objects.get(known)!.length}</Size></Contents>`).join("");
      return [200, xml("ListBucketResult", `<IsTruncated>${found.length > PAGE}</IsTruncated><NextContinuationToken>more</NextContinuationToken>${page}`)];
    }
    if (request.method === "POST" && url.searchParams.has("delete")) {
      for (const [, gone] of (await buffer(request)).toString().matchAll(/<Key>([^<]+)<\/Key>/g)) objects.delete(gone);
      return [200, xml("DeleteResult", "")];
    }
    if (request.method === "PUT") {
      const body = await buffer(request);
      if (conditional && request.headers["if-none-match"] === "*" && objects.has(key)) {
        state.refused++;
        return [412, xml("Error", "<Code>PreconditionFailed</Code>")];
      }
      objects.set(key, body);
      return [200];
    }
    const found = objects.get(key);
    if (!found) return [404, request.method === "HEAD" ? undefined : xml("Error", "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>")];
    return [200, request.method === "HEAD" ? undefined : found, { "content-length": String(found.length) }];
  };
  const server = createServer((request, response) => {
    answer(request).then(([status, body, headers]) => response.writeHead(status, { "content-type": "application/xml", ...headers }).end(body), () => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

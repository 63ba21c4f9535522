import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { ReenactError } from "../errors.js";
import { writeError } from "../streams/part-file.js";
import { FolderStorage } from "./folder-storage.js";
import type { Storage } from "./storage.js";

/**
 * Opens what workers share: a folder, or `s3://bucket/prefix`. S3's address and keys come from the environment, as every S3 tool reads
 * them (AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, …).
 * @throws {ReenactError} OUTPUT_INVALID, DISK_FULL; USAGE; STORAGE_FAILED
 */
export async function openStorage(where: string): Promise<Storage> {
  // Only when it is asked for: its library is large.
  if (where.startsWith("s3://")) {
    requireS3();
    return (await import("./s3-storage.js")).openS3Storage(where);
  }
  await mkdir(where, { recursive: true }).catch((error: unknown) => { throw writeError(error, where); });
  return new FolderStorage(where);
}

/** Amazon's library is for those alone who work with a bucket: they install it. */
function requireS3(): void {
  try {
    createRequire(import.meta.url).resolve("@aws-sdk/client-s3");
  } catch (cause) {
    throw new ReenactError("STORAGE_FAILED", "Expected @aws-sdk/client-s3, which storage on S3 needs, but it is not installed: npm install @aws-sdk/client-s3.", { cause });
  }
}

import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import {
  DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, type PutObjectCommandInput, type S3ServiceException,
} from "@aws-sdk/client-s3";
import { ReenactError } from "../errors.js";
import { isDiskFull, writeError } from "../streams/part-file.js";
import { missingError, type Storage } from "./storage.js";

/** @throws {ReenactError} USAGE for what is no `s3://bucket/prefix`; STORAGE_FAILED when the bucket cannot be listed */
export async function openS3Storage(where: string): Promise<Storage> {
  const match = /^s3:\/\/([^/]+)(?:\/(.*?))?\/?$/.exec(where);
  if (!match) throw new ReenactError("USAGE", `Expected s3://bucket/prefix as the storage but received \`${where}\`.`);
  const storage = new S3Storage(match[1], match[2] ?? "");
  await storage.check();
  return storage;
}

/** A bucket of S3, or of something that speaks like it, as {@link Storage}. */
class S3Storage implements Storage {
  readonly label: string;
  // Own servers know buckets by path; Amazon's know both.
  readonly #client = new S3Client({ forcePathStyle: true, region: process.env["AWS_REGION"] ?? "us-east-1", requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" });
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(bucket: string, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.label = `s3://${bucket}/${prefix}`;
  }

  /** @throws {ReenactError} STORAGE_FAILED */
  async check(): Promise<void> {
    await this.#tell(this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix, MaxKeys: 1 })));
  }

  async put(key: string, path: string): Promise<void> {
    try {
      await this.putCopy(key, path);
    } finally {
      await rm(path, { force: true });
    }
  }

  async putCopy(key: string, path: string): Promise<void> {
    const { size } = await stat(path);
    if ((await this.size(key)) !== undefined) return;
    await this.#put(key, { Body: createReadStream(path), ContentLength: size });
  }

  async putText(key: string, text: string): Promise<void> {
    await this.#put(key, { Body: text });
  }

  async readText(key: string): Promise<string | undefined> {
    const found = await this.#tell(this.#client.send(new GetObjectCommand(this.#at(key))));
    return found?.Body?.transformToString();
  }

  async size(key: string): Promise<number | undefined> {
    return (await this.#tell(this.#client.send(new HeadObjectCommand(this.#at(key)))))?.ContentLength;
  }

  async fetch(key: string, path: string): Promise<string> {
    const found = await this.#tell(this.#client.send(new GetObjectCommand(this.#at(key))));
    if (!found?.Body) throw missingError(key, this.label);
    try {
      await pipeline(found.Body as Readable, createWriteStream(path));
    } catch (error) {
      if (isDiskFull(error)) throw writeError(error, path);
      throw this.#failure(error);
    }
    return path;
  }

  async remove(prefix: string): Promise<void> {
    for (;;) {
      const page = await this.#tell(this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: `${this.#prefix}${prefix}/` })));
      const keys = (page?.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (keys.length === 0) return;
      await this.#tell(this.#client.send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects: keys, Quiet: true } })));
      if (!page?.IsTruncated) return;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  /** What is there stays, where the server knows conditions (RFC 9110, If-None-Match); elsewhere it is replaced by its equal. */
  async #put(key: string, content: Pick<PutObjectCommandInput, "Body" | "ContentLength">): Promise<void> {
    await this.#tell(this.#client.send(new PutObjectCommand({ ...this.#at(key), ...content, IfNoneMatch: "*" })).catch((error: S3ServiceException) => {
      if (error.$metadata?.httpStatusCode !== 412 && error.$metadata?.httpStatusCode !== 409) throw error;
      return undefined;
    }));
  }

  /** Nothing for what is not there; every other refusal as one sentence. */
  async #tell<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      const { name, $metadata } = error as S3ServiceException;
      if (name === "NoSuchKey" || (name === "NotFound" && $metadata?.httpStatusCode === 404)) return undefined;
      throw this.#failure(error);
    }
  }

  #failure(cause: unknown): ReenactError {
    const { name, message } = cause as Error;
    return new ReenactError("STORAGE_FAILED", `Expected to use ${this.label} but it refuses (${name}: ${message}): check the bucket, AWS_ENDPOINT_URL_S3 and the keys in the environment.`, { cause });
  }
}

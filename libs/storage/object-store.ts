import type { Readable } from 'node:stream';
import type { MultipartStore } from './multipart.js';

/** A request that somebody else may send as it stands: the headers are part of the signature. */
export interface SignedRequest {
  method: 'PUT';
  url: string;
  headers: Record<string, string>;
  expiresAt: Date;
}

export interface PutGrant {
  key: string;
  contentType: string;
  /** Exact size in bytes; another Content-Length is refused by the store. */
  size: number;
  /** Hex; when given, other bytes are refused by the store. */
  sha256?: string;
  expiresInSeconds: number;
}

export interface GetGrant {
  key: string;
  expiresInSeconds: number;
  /** Sent back as Content-Type. */
  contentType: string;
  /** Suggested to the browser in Content-Disposition; any Unicode. */
  filename: string;
  disposition: 'inline' | 'attachment';
}

export interface ObjectHead {
  key: string;
  /** Bytes. */
  size: number;
  contentType: string;
  /** Hex; only where the store computed or verified it itself. */
  sha256?: string;
  lastModified: Date;
}

export interface ObjectSummary {
  key: string;
  size: number;
  lastModified: Date;
}

/** Inclusive, as in HTTP Range. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface WriteOptions {
  contentType: string;
  /** Bytes: exactly so many, or, of a body that ends when it ends, at most so many. */
  size: number | { atMost: number };
  signal?: AbortSignal;
}

/**
 * Where the bytes are. Keys are made by the server: `/`-separated segments of [A-Za-z0-9._-].
 * A store that cannot be reached or answers 5xx throws StoreUnavailableError.
 */
export interface ObjectStore {
  readonly kind: 'disk' | 's3';
  /** For what is too large, or takes too long, for one PUT. */
  readonly multipart: MultipartStore;
  /** A URL for exactly one object of exactly this size, type and (when given) hash. Never overwrites. */
  presignPut(grant: PutGrant): Promise<SignedRequest>;
  presignGet(grant: GetGrant): Promise<string>;
  /** null when there is no such object. */
  head(key: string): Promise<ObjectHead | null>;
  /** @throws ObjectNotFoundError */
  read(key: string, range?: ByteRange, signal?: AbortSignal): Promise<Readable>;
  /**
   * Appears whole or not at all; replaces what was there. Holds little of a stream in memory.
   * @throws ObjectSizeError, StoreUnavailableError, or what the body threw
   */
  write(key: string, body: Readable | Buffer, options: WriteOptions): Promise<void>;
  /** Absent keys are no error. */
  delete(keys: readonly string[]): Promise<void>;
  list(prefix: string): AsyncIterable<ObjectSummary>;
  /** Resolves when the store can be written and read. */
  check(): Promise<void>;
}

/** Transient: the same call may go through later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Permanent: no object has this key. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  constructor(readonly key: string) {
    super(`no object at ${key}`);
  }
}

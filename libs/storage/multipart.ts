import type { SignedRequest } from './object-store.js';

/** S3's own limits: of an object's parts, and of one PUT. */
export const MOST_PARTS = 10_000;
export const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
/** Every part but the last has at least so many bytes: S3 puts no smaller ones together. */
export const SMALLEST_PART_BYTES = 5 * 1024 ** 2;

/** An object that arrives in parts: nothing can be read at the key before they are put together. */
export interface Multipart {
  key: string;
  /** The store's own name for this one. */
  id: string;
}

export interface PartGrant extends Multipart {
  /** From 1. */
  number: number;
  /** Exact size in bytes; another Content-Length is refused by the store. */
  size: number;
  /** Hex; when given, other bytes are refused by the store. */
  md5?: string;
  expiresInSeconds: number;
}

export interface StoredPart {
  number: number;
  /** Bytes. */
  size: number;
  etag: string;
}

/** Puts objects together that clients send in parts, each by a URL of its own, in any order, again as often as they like. */
export interface MultipartStore {
  /** @returns the id */
  begin(key: string, contentType: string): Promise<string>;
  /** A URL for one part of exactly this size; a part that is there already is replaced. */
  presignPart(grant: PartGrant): Promise<SignedRequest>;
  /**
   * The next parts that are there whole, by number, after one; a thousand at most.
   * @returns null when there is no such multipart: it was put together, aborted, or never begun
   */
  parts(multipart: Multipart, after?: number): Promise<StoredPart[] | null>;
  /**
   * Makes the parts one object. Done when it has been done before.
   * @throws PartsChangedError, MultipartEndedError, StoreUnavailableError
   */
  complete(multipart: Multipart, parts: readonly StoredPart[]): Promise<void>;
  /** Removes the parts; done when there is nothing to remove. */
  abort(multipart: Multipart): Promise<void>;
  /** Those below a prefix that were begun and not ended. */
  unfinished(prefix: string): AsyncIterable<Multipart & { begunAt: Date }>;
}

/** All parts that are there; null as with MultipartStore.parts. */
export async function allParts(store: MultipartStore, multipart: Multipart): Promise<StoredPart[] | null> {
  const all: StoredPart[] = [];
  for (;;) {
    const some = await store.parts(multipart, all.at(-1)?.number);
    if (some === null) return null;
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Permanent: it was put together or aborted, or was never begun. */
export class MultipartEndedError extends Error {
  override readonly name = 'MultipartEndedError';
  constructor(readonly key: string) {
    super(`nobody waits for parts of ${key}`);
  }
}

/** The parts are not those that were seen before: one was replaced meanwhile. */
export class PartsChangedError extends Error {
  override readonly name = 'PartsChangedError';
}

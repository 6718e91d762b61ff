import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { canonicalMime, declaredByName, isKnown, kindOf, matchesAccepted, type Kind } from '#libs/media/kinds.js';
import { declarationMatches, sniff, SNIFF_BYTES } from '#libs/media/sniff.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { RefusedUpload, tooLarge } from './refused-upload.js';

export interface Incoming {
  filename: string;
  /** As the sender calls it; null, or application/octet-stream, when he does not say. */
  contentType: string | null;
}

export interface TakeInOptions {
  key: string;
  maxBytes: number;
  /** Called before bytes are passed on, with how many that makes. */
  hold: (bytes: number) => Promise<void>;
  signal: AbortSignal;
}

/** What has been put into the store. */
export interface TakenIn {
  mimeType: string;
  kind: Kind;
  /** Hex. */
  sha256: string;
  /** Bytes. */
  size: bigint;
}

/** What the first bytes of a file say, and the file as it was before they were looked at. */
export interface Opened {
  head: Buffer;
  rest: AsyncIterator<Buffer>;
  mimeType: string;
}

/**
 * Looks at the first bytes of a file on its way.
 * @throws RefusedUpload
 */
export async function openIncoming(
  body: AsyncIterable<Buffer>,
  { filename, contentType }: Incoming,
  acceptedTypes: readonly string[],
): Promise<Opened> {
  const rest = body[Symbol.asyncIterator]();
  const head = await readHead(rest);
  if (head.length === 0) throw new RefusedUpload('EMPTY_FILE', 'The file is empty.');
  return { head, rest, mimeType: await typeOf(head, filename, contentType, acceptedTypes) };
}

/**
 * Passes a file on to the store as it comes, in constant memory, hashing it on the way. The object appears whole or
 * not at all.
 * @throws RefusedUpload, StoreUnavailableError, what `hold` or the body threw, or the signal's reason
 */
export async function takeIn(store: ObjectStore, opened: Opened, options: TakeInOptions): Promise<TakenIn> {
  const { key, maxBytes, hold, signal } = options;
  const { head, rest, mimeType } = opened;
  const hash = createHash('sha256');
  let size = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for (let chunk: Buffer | null = head; chunk !== null; chunk = await next(rest)) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      await hold(size);
      hash.update(chunk);
      yield chunk;
    }
  }
  const body = Readable.from(measured(), { objectMode: false });
  await store.write(key, body, { contentType: mimeType, size: { atMost: maxBytes }, signal });
  return { mimeType, kind: kindOf(mimeType), sha256: hash.digest('hex'), size: BigInt(size) };
}

async function next(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const step = await chunks.next();
  return step.done ? null : step.value;
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const head: Buffer[] = [];
  for (let length = 0; length < SNIFF_BYTES;) {
    const chunk = await next(chunks);
    if (chunk === null) break;
    head.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(head);
}

async function typeOf(
  head: Buffer,
  filename: string,
  contentType: string | null,
  acceptedTypes: readonly string[],
): Promise<string> {
  const sniffed = await sniff(head.subarray(0, SNIFF_BYTES));
  const said = contentType === null || UNSAID.has(canonicalMime(contentType)) ? null : contentType;
  // Whoever sends bytes as bytes leaves it to the name, and where that says nothing, to the bytes themselves.
  const declared = said ?? declaredByName(filename) ?? sniffed?.mime ?? 'application/octet-stream';
  if (said !== null && !(isKnown(said) && matchesAccepted(said, acceptedTypes)))
    throw new RefusedUpload('FILE_TYPE_NOT_ACCEPTED', `${said} is not accepted.`);
  const verdict = declarationMatches(declared, sniffed);
  if (!verdict.matches) throw new RefusedUpload('CONTENT_TYPE_MISMATCH', verdict.reason);
  if (!matchesAccepted(verdict.mime, acceptedTypes))
    throw new RefusedUpload('CONTENT_TYPE_MISMATCH', `The content is ${verdict.mime}, which is not accepted.`);
  return verdict.mime;
}

const UNSAID: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream']);

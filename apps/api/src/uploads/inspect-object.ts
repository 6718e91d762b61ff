import { buffer } from 'node:stream/consumers';
import type { Upload } from '#libs/database/generated/client.js';
import { kindOf, matchesAccepted, type Kind } from '#libs/media/kinds.js';
import { declarationMatches, sniff, SNIFF_BYTES } from '#libs/media/sniff.js';
import type { ObjectStore } from '#libs/storage/object-store.js';
import { Problem } from '../problem/problem.js';

export interface Inspection {
  mimeType: string;
  kind: Kind;
  /** Hex; null where the store does not know it and the worker has yet to read the bytes. */
  sha256: string | null;
}

type Promised = Pick<Upload, 'objectKey' | 'contentType' | 'size' | 'sha256' | 'filename'>;

/** Compares what is in the store with what was promised, by its head and its first bytes. */
export async function inspectObject(
  store: ObjectStore,
  upload: Promised,
  acceptedTypes: readonly string[],
): Promise<Inspection | { problem: Problem }> {
  const head = await store.head(upload.objectKey);
  if (!head)
    return problem(
      'UPLOAD_NOT_FOUND_IN_STORE',
      'Nothing has been put at the upload URL yet; send the file, then complete.',
    );
  if (BigInt(head.size) !== upload.size)
    return problem('SIZE_MISMATCH', `${upload.size} bytes were declared and ${head.size} arrived.`);
  if (upload.sha256 !== null && head.sha256 !== undefined && head.sha256 !== upload.sha256)
    return problem('CHECKSUM_MISMATCH', `The file's SHA-256 is ${head.sha256}; ${upload.sha256} was declared.`);
  const end = Math.min(SNIFF_BYTES, head.size) - 1;
  const first = await buffer(await store.read(upload.objectKey, { start: 0, end }));
  const verdict = declarationMatches(upload.contentType, await sniff(first));
  if (!verdict.matches) return problem('CONTENT_TYPE_MISMATCH', verdict.reason);
  if (!matchesAccepted(verdict.mime, acceptedTypes))
    return problem('CONTENT_TYPE_MISMATCH', `The content is ${verdict.mime}, which is not accepted.`);
  return { mimeType: verdict.mime, kind: kindOf(verdict.mime), sha256: head.sha256 ?? null };
}

const problem = (...args: ConstructorParameters<typeof Problem>): { problem: Problem } => ({
  problem: new Problem(...args),
});

import { createHash, randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../object-store.js';
import type { S3UrlSigner } from './signer.js';

/**
 * How a presigned PUT is bound to one body; docs/decisions/0007-binding-an-upload-url.md tells which server does what.
 * - `checksum`: the signed header x-amz-checksum-sha256, which AWS S3 verifies, keeps and reports;
 * - `payload-hash`: the hash in the place of UNSIGNED-PAYLOAD in the signature, for servers that ignore the former;
 * - `none`: the server looks at neither.
 */
export type BodyBinding = 'checksum' | 'payload-hash' | 'none';

/** Name of the user metadata that only a PUT bound by `payload-hash` can have set. */
export const VERIFIED_HASH = 'verified-sha256';

/** The headers that, signed, bind a PUT to the body with this hex SHA-256. */
export function bindingHeaders(binding: BodyBinding, sha256: string): Record<string, string> {
  // The server verifies a payload hash and forgets it; signed metadata keeps it.
  if (binding === 'payload-hash') return { 'x-amz-content-sha256': sha256, [`x-amz-meta-${VERIFIED_HASH}`]: sha256 };
  return { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') };
}

const RIGHT = 'a';
const WRONG = 'b';
const SHA256_OF_RIGHT = createHash('sha256').update(RIGHT).digest('hex');

/** What a trial needs of the store it is made on. */
export interface BindingTrial {
  signer: S3UrlSigner;
  timeoutMs: number;
  remove: (keys: string[]) => Promise<void>;
}

/**
 * Finds out which binding a server enforces: offers it the right and a wrong body of one byte, under keys of its own
 * that are removed after.
 * @throws StoreUnavailableError when the server does not say
 */
export async function detectBodyBinding({ signer, timeoutMs, remove }: BindingTrial): Promise<BodyBinding> {
  const folder = `probe/${randomUUID()}`;
  const keys: string[] = [];
  const accepts = async (binding: BodyBinding, body: string): Promise<boolean> => {
    const key = `${folder}/${keys.length}`;
    keys.push(key);
    const headers = bindingHeaders(binding, SHA256_OF_RIGHT);
    const url = await signer.sign({ method: 'PUT', key, headers, expiresInSeconds: 60 });
    return tryPut(url, headers, body, timeoutMs);
  };
  try {
    for (const binding of ['checksum', 'payload-hash'] as const)
      if ((await accepts(binding, RIGHT)) && !(await accepts(binding, WRONG))) return binding;
    return 'none';
  } finally {
    await remove(keys);
  }
}

async function tryPut(url: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<boolean> {
  let status: number;
  try {
    const response = await fetch(url, { method: 'PUT', headers, body, signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    status = response.status;
  } catch (error) {
    throw new StoreUnavailableError('the store does not answer a trial upload', { cause: error });
  }
  if (status >= 500 || status === 429)
    throw new StoreUnavailableError(`the store answers a trial upload with ${status}`);
  return status < 300;
}

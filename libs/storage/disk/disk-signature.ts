import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed URL of the disk store allows. */
export type DiskGrant =
  | { method: 'PUT'; key: string; expiresAt: Date; contentType: string; size: number; sha256?: string }
  | { method: 'PUT'; key: string; expiresAt: Date; part: { id: string; number: number }; size: number; md5?: string }
  | {
      method: 'GET';
      key: string;
      expiresAt: Date;
      contentType: string;
      filename: string;
      disposition: 'inline' | 'attachment';
    };

/** Permanent: the URL was not made here, was changed since, or is over. */
export class DiskUrlError extends Error {
  override readonly name = 'DiskUrlError';
  constructor(
    readonly reason: 'invalid' | 'expired',
    message: string,
  ) {
    super(message);
  }
}

/** Keeps these signatures apart from whatever else the secret may sign one day. */
const PURPOSE = 'media-inbox disk object v1';

/**
 * HMAC-SHA256 over the method, the key and every query parameter. JSON keeps the parts apart, so that no two different
 * grants have the same text.
 */
function mac(secret: string, method: string, key: string, parameters: URLSearchParams): string {
  const bound = new URLSearchParams(parameters);
  bound.delete('signature');
  bound.sort();
  return createHmac('sha256', secret)
    .update(JSON.stringify([PURPOSE, method, key, ...bound]))
    .digest('base64url');
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

function toParameters(grant: DiskGrant): URLSearchParams {
  const parameters = new URLSearchParams({ expires: String(seconds(grant.expiresAt)) });
  if ('part' in grant) {
    parameters.set('uploadId', grant.part.id);
    parameters.set('partNumber', String(grant.part.number));
    parameters.set('size', String(grant.size));
    if (grant.md5) parameters.set('md5', grant.md5);
    return parameters;
  }
  parameters.set('type', grant.contentType);
  if (grant.method === 'PUT') {
    parameters.set('size', String(grant.size));
    if (grant.sha256) parameters.set('sha256', grant.sha256);
  } else {
    parameters.set('disposition', grant.disposition);
    parameters.set('filename', grant.filename);
  }
  return parameters;
}

/** The query of a URL that allows exactly this; expiry counts in whole seconds. */
export function signDiskGrant(secret: string, grant: DiskGrant): URLSearchParams {
  const parameters = toParameters(grant);
  parameters.set('signature', mac(secret, grant.method, grant.key, parameters));
  return parameters;
}

/**
 * Reads back what a URL allows. A parameter that was added, changed or doubled breaks the signature; a URL to GET also
 * allows HEAD.
 * @throws DiskUrlError
 */
export function verifyDiskGrant(
  secret: string,
  request: { method: 'GET' | 'HEAD' | 'PUT'; key: string; parameters: URLSearchParams },
  now: Date = new Date(),
): DiskGrant {
  const { key, parameters } = request;
  const method = request.method === 'PUT' ? 'PUT' : 'GET';
  // As text: several texts decode to the same bytes.
  const given = Buffer.from(parameters.get('signature') ?? '');
  const expected = Buffer.from(mac(secret, method, key, parameters));
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new DiskUrlError('invalid', 'The URL is not signed, or was changed after it was.');

  const read = (name: string) => parameters.get(name) ?? '';
  const expiresAt = new Date(Number(read('expires')) * 1000);
  if (now >= expiresAt) throw new DiskUrlError('expired', `The URL was good until ${expiresAt.toISOString()}.`);

  if (method === 'PUT' && parameters.has('uploadId')) {
    const part = { id: read('uploadId'), number: Number(read('partNumber')) };
    return { method, key, expiresAt, part, size: Number(read('size')), md5: parameters.get('md5') ?? undefined };
  }
  const common = { key, expiresAt, contentType: read('type') };
  if (method === 'PUT')
    return { method, ...common, size: Number(read('size')), sha256: parameters.get('sha256') ?? undefined };
  const disposition = read('disposition') === 'inline' ? 'inline' : 'attachment';
  return { method, ...common, filename: read('filename'), disposition };
}

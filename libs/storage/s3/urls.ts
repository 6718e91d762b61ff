import { contentDisposition } from '../content-disposition.js';
import type { PartGrant } from '../multipart.js';
import { assertObjectKey } from '../object-key.js';
import type { GetGrant, PutGrant, SignedRequest } from '../object-store.js';
import { bindingHeaders, detectBodyBinding, type BindingTrial, type BodyBinding } from './body-binding.js';
import type { S3UrlSigner } from './signer.js';

/** The presigned URLs of one bucket. */
export class S3Urls {
  private binding?: Promise<BodyBinding>;

  constructor(
    /** Signs for the address that clients use. */
    private readonly signer: S3UrlSigner,
    /** How to try the server out; null for AWS, whose behaviour is documented. */
    private readonly trial: BindingTrial | null,
  ) {}

  /**
   * Content-Length is bound too and is not among the headers: every HTTP client sets it from the body, and browsers let
   * nobody else do so.
   * @throws StoreUnavailableError where the server has to be tried out and is away
   */
  async presignPut(grant: PutGrant): Promise<SignedRequest> {
    const { key, contentType, size, sha256, expiresInSeconds } = grant;
    assertObjectKey(key);
    const headers = {
      'content-type': contentType,
      'if-none-match': '*',
      ...(sha256 && bindingHeaders(await this.bodyBinding(), sha256.toLowerCase())),
    };
    const signingDate = new Date();
    const url = await this.signer.sign({
      method: 'PUT',
      key,
      expiresInSeconds,
      headers: { ...headers, 'content-length': String(size) },
      signingDate,
    });
    return { method: 'PUT', url, headers, expiresAt: new Date(signingDate.getTime() + expiresInSeconds * 1000) };
  }

  /** No header of ours but the checksum: a browser sends a slice of a file without a type. */
  async presignPart(grant: PartGrant): Promise<SignedRequest> {
    const { key, id, number, size, md5, expiresInSeconds } = grant;
    assertObjectKey(key);
    const headers: Record<string, string> = md5 ? { 'content-md5': Buffer.from(md5, 'hex').toString('base64') } : {};
    const signingDate = new Date();
    const url = await this.signer.sign({
      method: 'PUT',
      key,
      expiresInSeconds,
      headers: { ...headers, 'content-length': String(size) },
      query: { partNumber: String(number), uploadId: id },
      signingDate,
    });
    return { method: 'PUT', url, headers, expiresAt: new Date(signingDate.getTime() + expiresInSeconds * 1000) };
  }

  async presignGet(grant: GetGrant): Promise<string> {
    assertObjectKey(grant.key);
    return this.signer.sign({
      method: 'GET',
      key: grant.key,
      expiresInSeconds: grant.expiresInSeconds,
      query: {
        'response-content-type': grant.contentType,
        'response-content-disposition': contentDisposition(grant.disposition, grant.filename),
      },
    });
  }

  /** Asked once and remembered, unless the server did not say. */
  async bodyBinding(): Promise<BodyBinding> {
    if (!this.trial) return 'checksum';
    this.binding ??= detectBodyBinding(this.trial);
    try {
      return await this.binding;
    } catch (error) {
      this.binding = undefined;
      throw error;
    }
  }
}

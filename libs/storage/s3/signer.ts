import type { S3Client } from '@aws-sdk/client-s3';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';

export interface UrlToSign {
  method: 'GET' | 'PUT';
  key: string;
  expiresInSeconds: number;
  /**
   * Bound: the request must carry them with these values. Lower case. With x-amz-content-sha256 (hex) among them the
   * signature is good for a body of that hash only.
   */
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** Now, when left out. */
  signingDate?: Date;
}

const PAYLOAD_HASH = 'x-amz-content-sha256';

/** encodeURIComponent leaves these alone and SigV4 does not. */
const STILL_RESERVED = /[!'()*]/g;

const encode = (text: string) =>
  encodeURIComponent(text).replace(STILL_RESERVED, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Makes presigned URLs (AWS SigV4, authentication in the query) for one bucket, by the SDK's presigner. That one
 * always signs UNSIGNED-PAYLOAD: a URL bound to a payload hash is made by the signer below it.
 */
export class S3UrlSigner {
  private readonly anyBody: S3RequestPresigner;
  private readonly oneBody: SignatureV4;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {
    const { credentials, region, sha256 } = client.config;
    this.anyBody = new S3RequestPresigner({ credentials, region, sha256 });
    this.oneBody = new SignatureV4({ service: 's3', credentials, region, sha256, uriEscapePath: false });
  }

  /** The key goes into the path as it is: assertObjectKey lets through nothing that needs escaping. */
  async sign(wanted: UrlToSign): Promise<string> {
    const base = await this.bucketUrl();
    const bound = wanted.headers ?? {};
    const names = new Set(Object.keys(bound));
    const presigner = names.has(PAYLOAD_HASH) ? this.oneBody : this.anyBody;
    const signed = await presigner.presign(
      {
        method: wanted.method,
        protocol: base.protocol,
        hostname: base.hostname,
        path: `${base.pathname.replace(/\/$/, '')}/${wanted.key}`,
        query: { ...wanted.query },
        headers: { host: base.host, ...bound },
      },
      {
        expiresIn: wanted.expiresInSeconds,
        signingDate: wanted.signingDate,
        // Left to itself the presigner moves what it can into the query, where servers do not look for it.
        unhoistableHeaders: names,
        signableHeaders: new Set(['host', ...names]),
      },
    );
    const query = Object.entries(signed.query ?? {}).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
    return `${base.origin}${signed.path}?${query.join('&')}`;
  }

  /** Where the bucket is: in the path or in the host, as the SDK would address it. */
  private async bucketUrl(): Promise<URL> {
    const { config } = this.client;
    const endpoint = await config.endpoint?.();
    const port = endpoint?.port ? `:${endpoint.port}` : '';
    const { url } = config.endpointProvider({
      Bucket: this.bucket,
      Region: await config.region(),
      Endpoint: endpoint && `${endpoint.protocol}//${endpoint.hostname}${port}${endpoint.path}`,
      ForcePathStyle: config.forcePathStyle,
    });
    return url;
  }
}

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { assertFits, boundsOf } from '../bounded-size.js';
import { assertObjectKey } from '../object-key.js';
import {
  ObjectNotFoundError,
  StoreUnavailableError,
  type ByteRange,
  type GetGrant,
  type ObjectHead,
  type ObjectStore,
  type ObjectSummary,
  type PutGrant,
  type SignedRequest,
  type WriteOptions,
} from '../object-store.js';
import { VERIFIED_HASH, type BindingTrial, type BodyBinding } from './body-binding.js';
import { DEFAULT_ANSWER_TIMEOUT_MS, makeS3Client, type S3Connection } from './client.js';
import { isInvalidRange, isNoSuchObject, onS3, toBodyError, toStoreError } from './errors.js';
import { S3Multipart } from './multipart.js';
import { S3UrlSigner } from './signer.js';
import { S3Urls } from './urls.js';
import { writeStream } from './write-stream.js';

/** DeleteObjects takes no more. */
const DELETE_BATCH = 1000;
/** How long a check trusts that what could be written can still be. */
const PROOF_MS = 5 * 60_000;

/** Objects in a bucket of AWS S3 or a server that speaks its protocol; clients reach them by presigned URLs. */
export class S3ObjectStore implements ObjectStore {
  readonly kind = 's3';
  readonly multipart: S3Multipart;
  private readonly client: S3Client;
  private readonly publicClient: S3Client;
  private readonly urls: S3Urls;
  /** Options of calls that carry no body. */
  private readonly quick: { requestTimeout: number };
  private provenAt = 0;

  constructor(private readonly connection: S3Connection) {
    const { bucket, endpoint, publicEndpoint = endpoint, answerTimeoutMs = DEFAULT_ANSWER_TIMEOUT_MS } = connection;
    this.client = makeS3Client(connection);
    this.publicClient = makeS3Client(connection, publicEndpoint);
    this.quick = { requestTimeout: answerTimeoutMs };
    this.urls = new S3Urls(new S3UrlSigner(this.publicClient, bucket), endpoint ? this.trial() : null);
    const { client, urls, quick } = this;
    this.multipart = new S3Multipart({ client, bucket, urls, quick, head: (key) => this.head(key) });
  }

  presignPut(grant: PutGrant): Promise<SignedRequest> {
    return this.urls.presignPut(grant);
  }

  presignGet(grant: GetGrant): Promise<string> {
    return this.urls.presignGet(grant);
  }

  /** How uploads are bound to their SHA-256; `none` says that the server cannot. */
  bodyBinding(): Promise<BodyBinding> {
    return this.urls.bodyBinding();
  }

  async head(key: string): Promise<ObjectHead | null> {
    try {
      const command = new HeadObjectCommand({ ...this.at(key), ChecksumMode: 'ENABLED' });
      const found = await this.client.send(command, this.quick);
      return {
        key,
        size: found.ContentLength ?? 0,
        contentType: found.ContentType ?? 'application/octet-stream',
        sha256: hashOf(found),
        lastModified: found.LastModified ?? new Date(0),
      };
    } catch (error) {
      if (isNoSuchObject(error)) return null;
      throw toStoreError('an object cannot be looked up', error);
    }
  }

  async read(key: string, range?: ByteRange, signal?: AbortSignal): Promise<Readable> {
    try {
      const command = new GetObjectCommand({ ...this.at(key), Range: range && `bytes=${range.start}-${range.end}` });
      const { Body: body } = await this.client.send(command, { ...this.quick, abortSignal: signal });
      if (!(body instanceof Readable)) throw new TypeError('the SDK gave no Node stream');
      return Readable.from(sorted(body), { objectMode: false, signal });
    } catch (error) {
      if (isNoSuchObject(error)) throw new ObjectNotFoundError(key);
      // As on a disk: there is nothing to read behind the end.
      if (isInvalidRange(error)) return Readable.from([], { objectMode: false });
      throw toStoreError('an object cannot be read', error);
    }
  }

  async write(key: string, body: Readable | Buffer, { contentType, size, signal }: WriteOptions): Promise<void> {
    signal?.throwIfAborted();
    const target = { ...this.at(key), ContentType: contentType };
    if (Buffer.isBuffer(body)) {
      assertFits(body.length, boundsOf(size));
      const command = new PutObjectCommand({ ...target, Body: body, ContentLength: body.length });
      await onS3('an object cannot be written', () => this.client.send(command, { abortSignal: signal }));
      return;
    }
    await onS3('an object cannot be written', () => writeStream(this.client, target, body, { size, signal }));
  }

  async delete(keys: readonly string[]): Promise<void> {
    keys.forEach(assertObjectKey);
    for (let first = 0; first < keys.length; first += DELETE_BATCH) {
      const Objects = keys.slice(first, first + DELETE_BATCH).map((Key) => ({ Key }));
      const command = new DeleteObjectsCommand({ Bucket: this.connection.bucket, Delete: { Objects, Quiet: true } });
      const { Errors: errors = [] } = await onS3('objects cannot be deleted', () =>
        this.client.send(command, this.quick),
      );
      const failed = errors.find((error) => error.Code !== 'NoSuchKey');
      if (failed)
        throw new StoreUnavailableError(`${errors.length} objects cannot be deleted: ${failed.Code} at ${failed.Key}`);
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectSummary> {
    const query = { Bucket: this.connection.bucket, Prefix: prefix };
    try {
      for await (const page of paginateListObjectsV2({ client: this.client }, query, this.quick))
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          if (Key !== undefined) yield { key: Key, size: Size ?? 0, lastModified: LastModified ?? new Date(0) };
    } catch (error) {
      throw toStoreError('objects cannot be listed', error);
    }
  }

  /**
   * One HEAD of the bucket, for a readiness probe to call as often as it likes. The first time, after a failure, and
   * every few minutes it also writes, reads and removes a few bytes, since a HEAD tells nothing of those permissions.
   */
  async check(): Promise<void> {
    const abortSignal = AbortSignal.timeout(this.quick.requestTimeout);
    const trusted = Date.now() - this.provenAt < PROOF_MS;
    try {
      if (trusted) await this.client.send(new HeadBucketCommand({ Bucket: this.connection.bucket }), { abortSignal });
      else await this.prove(abortSignal);
    } catch (error) {
      this.provenAt = 0;
      if (abortSignal.aborted) throw new StoreUnavailableError('the store does not answer in time', { cause: error });
      if (isNoSuchObject(error)) throw new StoreUnavailableError('the bucket does not exist', { cause: error });
      throw toStoreError('the store cannot be used', error);
    }
  }

  private async prove(abortSignal: AbortSignal): Promise<void> {
    const target = this.at(`probe/${randomUUID()}`);
    await this.client.send(new PutObjectCommand({ ...target, Body: 'check' }), { abortSignal });
    const read = await text(await this.read(target.Key, undefined, abortSignal));
    await this.delete([target.Key]);
    if (read !== 'check') throw new StoreUnavailableError('the store gave back other bytes than it was given');
    this.provenAt = Date.now();
  }

  /** Ends idle connections; the store cannot be used after. */
  close(): void {
    this.client.destroy();
    this.publicClient.destroy();
  }

  private trial(): BindingTrial {
    return {
      signer: new S3UrlSigner(this.client, this.connection.bucket),
      timeoutMs: this.quick.requestTimeout,
      remove: (keys) => this.delete(keys),
    };
  }

  private at(key: string): { Bucket: string; Key: string } {
    assertObjectKey(key);
    return { Bucket: this.connection.bucket, Key: key };
  }
}

async function* sorted(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw toBodyError('an object cannot be read', error);
  }
}

/** A composite checksum (of an object made from parts) is the hash of hashes and not of the bytes. */
function hashOf(head: HeadObjectCommandOutput): string | undefined {
  const { ChecksumSHA256: checksum, ChecksumType: type } = head;
  if (checksum && type !== 'COMPOSITE' && !checksum.includes('-'))
    return Buffer.from(checksum, 'base64').toString('hex');
  return head.Metadata?.[VERIFIED_HASH];
}

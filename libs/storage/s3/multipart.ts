import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3ServiceException,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  MultipartEndedError,
  PartsChangedError,
  type Multipart,
  type MultipartStore,
  type PartGrant,
  type StoredPart,
} from '../multipart.js';
import { assertObjectKey } from '../object-key.js';
import type { ObjectHead, SignedRequest } from '../object-store.js';
import { onS3, toStoreError } from './errors.js';
import type { S3Urls } from './urls.js';

/** What S3 calls parts that are not those it was told of. */
const CHANGED = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall']);

/** Ceph calls one whose parts are to be listed NoSuchKey. */
const isNoSuchUpload = (error: unknown): boolean =>
  error instanceof S3ServiceException && (error.name === 'NoSuchUpload' || error.name === 'NoSuchKey');

export interface S3MultipartParts {
  client: S3Client;
  bucket: string;
  urls: S3Urls;
  /** Options of calls that are answered at once. */
  quick: { requestTimeout: number };
  head: (key: string) => Promise<ObjectHead | null>;
}

/** S3's own multipart uploads. */
export class S3Multipart implements MultipartStore {
  constructor(private readonly s3: S3MultipartParts) {}

  async begin(key: string, contentType: string): Promise<string> {
    assertObjectKey(key);
    const command = new CreateMultipartUploadCommand({ Bucket: this.s3.bucket, Key: key, ContentType: contentType });
    const { UploadId: id } = await onS3('an upload in parts cannot be begun', () =>
      this.s3.client.send(command, this.s3.quick),
    );
    if (id === undefined) throw new TypeError('S3 gave no id to an upload in parts');
    return id;
  }

  presignPart(grant: PartGrant): Promise<SignedRequest> {
    return this.s3.urls.presignPart(grant);
  }

  async parts(multipart: Multipart, after = 0): Promise<StoredPart[] | null> {
    const command = new ListPartsCommand({ ...this.at(multipart), PartNumberMarker: String(after) });
    try {
      const { Parts: parts = [] } = await this.s3.client.send(command, this.s3.quick);
      return (
        parts
          .map(({ PartNumber: number = 0, Size: size = 0, ETag: etag = '' }) => ({ number, size, etag }))
          // SeaweedFS begins with the one it was told to begin after.
          .filter(({ number }) => number > after)
      );
    } catch (error) {
      if (isNoSuchUpload(error)) return null;
      throw toStoreError('parts cannot be listed', error);
    }
  }

  /** The answer may get lost, and somebody else may be faster: what counts is whether the object is there. */
  async complete(multipart: Multipart, parts: readonly StoredPart[]): Promise<void> {
    const MultipartUpload = { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) };
    try {
      await this.s3.client.send(new CompleteMultipartUploadCommand({ ...this.at(multipart), MultipartUpload }));
    } catch (error) {
      if (await this.s3.head(multipart.key)) return;
      // Servers have different names for it: Ceph says InternalError.
      if ((await this.parts(multipart)) === null) throw new MultipartEndedError(multipart.key);
      if (error instanceof S3ServiceException && CHANGED.has(error.name))
        throw new PartsChangedError(`${multipart.key}: ${error.name}`, { cause: error });
      throw toStoreError('parts cannot be put together', error);
    }
  }

  async abort(multipart: Multipart): Promise<void> {
    try {
      await this.s3.client.send(new AbortMultipartUploadCommand(this.at(multipart)), this.s3.quick);
    } catch (error) {
      if (!isNoSuchUpload(error)) throw toStoreError('an upload in parts cannot be aborted', error);
    }
  }

  async *unfinished(prefix: string): AsyncGenerator<Multipart & { begunAt: Date }> {
    const { client, bucket, quick } = this.s3;
    const query = { Bucket: bucket, Prefix: prefix };
    let page: ListMultipartUploadsCommandOutput | undefined;
    do {
      const markers = { KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker };
      const command = new ListMultipartUploadsCommand({ ...query, ...markers });
      page = await onS3('uploads in parts cannot be listed', () => client.send(command, quick));
      for (const { Key: key, UploadId: id, Initiated: begunAt = new Date(0) } of page.Uploads ?? [])
        if (key !== undefined && id !== undefined) yield { key, id, begunAt };
    } while (page.IsTruncated);
  }

  private at({ key, id }: Multipart): { Bucket: string; Key: string; UploadId: string } {
    assertObjectKey(key);
    return { Bucket: this.s3.bucket, Key: key, UploadId: id };
  }
}

import {
  CreateBucketCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadBucketCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  S3ServiceException,
  type BucketLocationConstraint,
  type CORSRule,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { makeS3Client, type S3Connection } from './client.js';
import { isNoSuchObject, onS3 } from './errors.js';

/** Marks our rules, so that those of others in the same bucket stay. */
const RULE_ID = 'media-inbox';
const READ_RULE_ID = 'media-inbox-read';

/** Browsers upload and read with presigned URLs; the headers are those the URLs may bind and the answers bring. */
const corsRule = (origins: readonly string[]): CORSRule => ({
  ID: RULE_ID,
  AllowedOrigins: [...origins],
  AllowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
  AllowedHeaders: [
    'authorization',
    'cache-control',
    'content-disposition',
    'content-md5',
    'content-type',
    'if-none-match',
    'range',
    'x-amz-content-sha256',
    'x-amz-date',
    'x-amz-checksum-*',
    'x-amz-meta-*',
  ],
  ExposeHeaders: ['ETag', 'Location', 'Accept-Ranges', 'Content-Disposition', 'Content-Length', 'Content-Range'],
  MaxAgeSeconds: 3600,
});

/**
 * Whoever has a signed URL may read what it names, from any page: players are led here from the API, and a browser that
 * was led from one origin to another says that it comes from none (Fetch, 4.4: the origin is null).
 */
const readRule: CORSRule = {
  ID: READ_RULE_ID,
  AllowedOrigins: ['*'],
  AllowedMethods: ['GET', 'HEAD'],
  AllowedHeaders: ['range'],
  ExposeHeaders: ['Accept-Ranges', 'Content-Length', 'Content-Range'],
  MaxAgeSeconds: 3600,
};

const OURS: readonly (string | undefined)[] = [RULE_ID, READ_RULE_ID];

/** Parts of uploads that nobody finished are paid for and seen by nobody. */
const LIFECYCLE_RULE: LifecycleRule = {
  ID: RULE_ID,
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

/**
 * Makes a bucket ready: creates it when it is missing, allows browsers of these origins (all, when there are none: the
 * right to upload is in the URL) to use presigned URLs, and those of all to read with them, and has unfinished multipart uploads removed after a week. Run
 * again, it changes nothing; rules of others stay.
 * @throws StoreUnavailableError
 */
export async function ensureBucket(
  connection: S3Connection,
  options: { corsOrigins: readonly string[] },
): Promise<{ created: boolean }> {
  const client = makeS3Client(connection);
  const { bucket } = connection;
  const origins = options.corsOrigins.length > 0 ? options.corsOrigins : ['*'];
  try {
    return await onS3('the bucket cannot be made ready', async () => {
      const created = await createIfMissing(client, connection);
      const theirs = (await corsRules(client, bucket)).filter(({ ID }) => !OURS.includes(ID));
      const cors = [...theirs, corsRule(origins), readRule];
      await client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: cors } }));
      const kept = (await lifecycleRules(client, bucket)).filter((rule) => rule.ID !== RULE_ID);
      const LifecycleConfiguration = { Rules: [...kept, LIFECYCLE_RULE] };
      await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration }));
      return { created };
    });
  } finally {
    client.destroy();
  }
}

async function createIfMissing(client: S3Client, { bucket, region, endpoint }: S3Connection): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return false;
  } catch (error) {
    if (!isNoSuchObject(error)) throw error;
  }
  // AWS wants every region but its first to be named; other servers know only themselves.
  const named = !endpoint && region !== 'us-east-1';
  const CreateBucketConfiguration = named ? { LocationConstraint: region as BucketLocationConstraint } : undefined;
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
  return true;
}

async function corsRules(client: S3Client, bucket: string): Promise<CORSRule[]> {
  try {
    return (await client.send(new GetBucketCorsCommand({ Bucket: bucket }))).CORSRules ?? [];
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchCORSConfiguration') return [];
    throw error;
  }
}

async function lifecycleRules(client: S3Client, bucket: string): Promise<LifecycleRule[]> {
  try {
    return (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }))).Rules ?? [];
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchLifecycleConfiguration') return [];
    throw error;
  }
}

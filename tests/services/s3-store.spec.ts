import { randomUUID } from 'node:crypto';
import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  ListMultipartUploadsCommand,
  PutBucketCorsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ensureBucket } from '#libs/storage/s3/s3-bucket.js';
import { makeS3Client, type S3Connection } from '#libs/storage/s3/client.js';
import { S3ObjectStore } from '#libs/storage/s3/s3-store.js';
import { streamOf } from '../contract/object-store/support.js';
import { objectStoreContract } from '../contract/object-store.contract.js';

function setting(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run these tests by scripts/services/run.sh, which starts an S3 server`);
  return value;
}

/** A bucket of its own on the server that the environment names. */
const newConnection = (): S3Connection => ({
  bucket: `test-${randomUUID()}`,
  region: setting('S3_REGION'),
  endpoint: setting('S3_ENDPOINT'),
  accessKeyId: setting('S3_ACCESS_KEY_ID'),
  secretAccessKey: setting('S3_SECRET_ACCESS_KEY'),
});

objectStoreContract('S3', async () => {
  const connection = newConnection();
  await ensureBucket(connection, { corsOrigins: [] });
  const store = new S3ObjectStore(connection);
  return { store, close: async () => store.close() };
});

describe('S3ObjectStore on a real server', () => {
  let connection: S3Connection;
  let store: S3ObjectStore;
  let client: S3Client;

  beforeAll(async () => {
    connection = newConnection();
    await ensureBucket(connection, { corsOrigins: ['https://app.example'] });
    store = new S3ObjectStore(connection);
    client = makeS3Client(connection);
  });
  afterAll(() => {
    store.close();
    client.destroy();
  });

  it('has a way to bind an upload to its hash', async () => {
    expect(await store.bodyBinding()).not.toBe('none');
    for await (const { key } of store.list('')) throw new Error(`the trial has left ${key}`);
  });

  it('signs for another address than it uses itself', async () => {
    const publicEndpoint = setting('S3_ENDPOINT').replace('127.0.0.1', 'localhost');
    const published = new S3ObjectStore({ ...connection, publicEndpoint });
    const key = 'published';
    const signed = await published.presignPut({ key, contentType: 'text/plain', size: 2, expiresInSeconds: 60 });
    published.close();
    expect(new URL(signed.url).hostname).toBe('localhost');
    expect((await fetch(signed.url, { method: 'PUT', headers: signed.headers, body: 'ok' })).status).toBe(200);
    expect(await store.head(key)).toMatchObject({ size: 2 });
  });

  it('leaves no parts of a large write that broke off', async () => {
    const size = 40 * 1024 * 1024;
    const written = store.write('broken', streamOf(size, size / 2), { contentType: 'video/mp4', size });
    await expect(written).rejects.toThrow('the source broke');
    const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: connection.bucket }));
    expect(uploads).toEqual([]);
  });

  it('reports no hash for what it wrote in parts', async () => {
    const size = 20 * 1024 * 1024;
    await store.write('parts', streamOf(size), { contentType: 'video/mp4', size });
    const head = await store.head('parts');
    expect(head).toMatchObject({ size, contentType: 'video/mp4' });
    expect(head?.sha256).toBeUndefined();
  });

  it.each([
    ['a bucket that is not there', { bucket: `none-${randomUUID()}` }, 'bucket does not exist'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'credentials are refused|cannot be used'],
    ['a key that nobody has', { accessKeyId: 'nobody' }, 'credentials are refused|cannot be used'],
  ])('says that it cannot be used with %s', async (_, changes, message) => {
    const misled = new S3ObjectStore({ ...connection, ...changes });
    await expect(misled.check()).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringMatching(message),
    });
    misled.close();
  });

  it('makes a bucket ready, once and again, beside the rules of others', async () => {
    const fresh = newConnection();
    const target = { Bucket: fresh.bucket };
    expect(await ensureBucket(fresh, { corsOrigins: ['https://one.example'] })).toEqual({ created: true });
    const { CORSRules: first = [] } = await client.send(new GetBucketCorsCommand(target));
    const theirs = { ID: 'theirs', AllowedMethods: ['GET'], AllowedOrigins: ['https://other.example'] };
    await client.send(new PutBucketCorsCommand({ ...target, CORSConfiguration: { CORSRules: [...first, theirs] } }));

    expect(await ensureBucket(fresh, { corsOrigins: ['https://two.example'] })).toEqual({ created: false });
    const { CORSRules: rules = [] } = await client.send(new GetBucketCorsCommand(target));
    expect(rules.map(({ ID, AllowedOrigins }) => [ID, AllowedOrigins])).toEqual([
      ['theirs', ['https://other.example']],
      ['media-inbox', ['https://two.example']],
      ['media-inbox-read', ['*']],
    ]);
    expect(rules[1]?.ExposeHeaders).toContain('ETag');
    const { Rules: lifecycle } = await client.send(new GetBucketLifecycleConfigurationCommand(target));
    expect(lifecycle).toEqual([
      expect.objectContaining({ ID: 'media-inbox', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
    ]);
  });

  it('lets only the origins of the rule in', async () => {
    const { url, headers } = await store.presignPut({ key: 'cors', contentType: 'a/b', size: 1, expiresInSeconds: 60 });
    const preflight = (origin: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': Object.keys(headers).join(','),
        },
      });
    expect((await preflight('https://app.example')).headers.get('access-control-allow-origin')).toBe(
      'https://app.example',
    );
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets pages of any origin read with a signed URL, also those that were led there', async () => {
    await store.write('read', Buffer.from('abc'), { contentType: 'video/mp4', size: 3 });
    const grant = { key: 'read', contentType: 'video/mp4', filename: 'a.m4s', disposition: 'inline' } as const;
    const url = await store.presignGet({ ...grant, expiresInSeconds: 60 });
    for (const origin of ['null', 'https://player.example', 'https://app.example']) {
      const answer = await fetch(url, { headers: { origin, range: 'bytes=0-1' } });
      expect([answer.status, await answer.text()]).toEqual([206, 'ab']);
      expect(['*', origin]).toContain(answer.headers.get('access-control-allow-origin'));
      const asked = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' };
      const preflight = await fetch(url, { method: 'OPTIONS', headers: asked });
      expect(['*', origin]).toContain(preflight.headers.get('access-control-allow-origin'));
    }
  });
});

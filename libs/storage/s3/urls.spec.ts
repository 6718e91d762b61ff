import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { makeS3Client } from './client.js';
import { S3UrlSigner } from './signer.js';
import { S3ObjectStore } from './s3-store.js';

const aws = { bucket: 'photos', region: 'eu-central-1', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const sha256 = createHash('sha256').update('hello').digest('hex');
const grant = { key: 'a/b.png', contentType: 'image/png', size: 5, expiresInSeconds: 600 };
const signedHeaders = (url: string) => new URL(url).searchParams.get('X-Amz-SignedHeaders')?.split(';');

describe('S3UrlSigner', () => {
  const signingDate = new Date('2026-11-20T10:00:00Z');
  const comparable = (url: string) => [url.split('?', 1)[0], ...new URL(url).searchParams].sort();

  it.each([
    [
      'AWS, bucket in the host',
      { ...aws, forcePathStyle: false },
      'https://photos.s3.eu-central-1.amazonaws.com/a/b.png',
    ],
    ['AWS, bucket in the path', aws, 'https://s3.eu-central-1.amazonaws.com/photos/a/b.png'],
    ['a server of its own', { ...aws, endpoint: 'http://s3.local:9000' }, 'http://s3.local:9000/photos/a/b.png'],
    ['a server below a path', { ...aws, endpoint: 'https://host/s3' }, 'https://host/s3/photos/a/b.png'],
  ])("signs as the SDK's presigner does: %s", async (_, connection, address) => {
    const client = makeS3Client(connection);
    const signer = new S3UrlSigner(client, connection.bucket);
    const disposition = `attachment; filename="a'(b)*!.png"; filename*=UTF-8''%C3%BC.png`;
    const target = { Bucket: connection.bucket, Key: 'a/b.png' };
    const get = await signer.sign({
      method: 'GET',
      key: 'a/b.png',
      expiresInSeconds: 60,
      query: { 'x-id': 'GetObject', 'response-content-disposition': disposition },
      signingDate,
    });
    const command = new GetObjectCommand({ ...target, ResponseContentDisposition: disposition });
    expect(comparable(get)).toEqual(comparable(await getSignedUrl(client, command, { expiresIn: 60, signingDate })));
    expect(get.split('?', 1)[0]).toBe(address);

    const put = await signer.sign({
      method: 'PUT',
      key: 'a/b.png',
      expiresInSeconds: 60,
      query: { 'x-id': 'PutObject' },
      headers: { 'content-length': '5', 'if-none-match': '*' },
      signingDate,
    });
    const upload = new PutObjectCommand({ ...target, ContentLength: 5, IfNoneMatch: '*' });
    expect(comparable(put)).toEqual(comparable(await getSignedUrl(client, upload, { expiresIn: 60, signingDate })));
  });
});

describe('presigned PUTs', () => {
  it('bind size, type, hash and that nothing is there, for AWS by what AWS documents', async () => {
    const store = new S3ObjectStore(aws);
    const { url, headers } = await store.presignPut({ ...grant, sha256 });
    expect(headers).toEqual({
      'content-type': 'image/png',
      'if-none-match': '*',
      'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
    });
    expect(signedHeaders(url)).toEqual([
      'content-length',
      'content-type',
      'host',
      'if-none-match',
      'x-amz-checksum-sha256',
    ]);
    expect(new URL(url).searchParams.get('X-Amz-Content-Sha256')).toBe('UNSIGNED-PAYLOAD');
  });

  it('carry the address that clients use', async () => {
    const store = new S3ObjectStore({ ...aws, endpoint: 'http://s3:9000', publicEndpoint: 'https://files.example' });
    expect((await store.presignPut(grant)).url).toMatch(/^https:\/\/files\.example\/photos\/a\/b\.png\?/);
    const get = { ...grant, filename: 'b.png', disposition: 'inline' } as const;
    expect(await store.presignGet(get)).toMatch(/^https:\/\/files\.example\/photos\/a\/b\.png\?/);
  });
});

describe('how a server binds an upload to its hash', () => {
  type Judge = (incoming: IncomingMessage, body: Buffer) => number;
  let judge: Judge;
  let server: Server;
  let store: S3ObjectStore;
  let seen: string[];

  const hashOf = (body: Buffer, encoding: 'hex' | 'base64') => createHash('sha256').update(body).digest(encoding);
  const wrongChecksum = ({ headers }: IncomingMessage, body: Buffer) =>
    headers['x-amz-checksum-sha256'] !== undefined && headers['x-amz-checksum-sha256'] !== hashOf(body, 'base64');
  const wrongPayload = ({ headers }: IncomingMessage, body: Buffer) =>
    headers['x-amz-content-sha256'] !== undefined && headers['x-amz-content-sha256'] !== hashOf(body, 'hex');

  beforeEach(async () => {
    seen = [];
    server = createServer((incoming, response) => {
      void buffer(incoming).then((body) => {
        seen.push(incoming.method ?? '');
        response.writeHead(incoming.method === 'PUT' ? judge(incoming, body) : 200);
        response.end(incoming.method === 'POST' ? '<DeleteResult/>' : '');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    // The server is this process: it answers as soon as it may.
    const patience = { connectTimeoutMs: 100_000, answerTimeoutMs: 100_000 };
    store = new S3ObjectStore({ ...aws, ...patience, endpoint: `http://127.0.0.1:${port}` });
  });
  afterEach(() => {
    store.close();
    server.close();
    server.closeAllConnections();
  });

  it.each<[string, 'checksum' | 'payload-hash' | 'none', Judge]>([
    ['verifies the checksum header', 'checksum', (sent, body) => (wrongChecksum(sent, body) ? 400 : 200)],
    ['verifies the payload hash only', 'payload-hash', (sent, body) => (wrongPayload(sent, body) ? 400 : 200)],
    ['verifies nothing', 'none', () => 200],
    [
      'verifies nothing and cannot tell a payload hash from a wrong signature',
      'none',
      (sent) => (sent.headers['x-amz-content-sha256'] ? 403 : 200),
    ],
    ['lets us write nothing', 'none', () => 403],
  ])('is found out by trying: one that %s', async (_, expected, behaviour) => {
    judge = behaviour;
    expect(await store.bodyBinding()).toBe(expected);
    expect(seen.at(-1)).toBe('POST');
  });

  it('is asked once, and again after the server was away', async () => {
    judge = () => 503;
    await expect(store.presignPut({ ...grant, sha256 })).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    judge = (sent, body) => (wrongPayload(sent, body) ? 400 : 200);
    await Promise.all([store.presignPut({ ...grant, sha256 }), store.presignPut({ ...grant, sha256 })]);
    const asked = seen.length;
    const { url, headers } = await store.presignPut({ ...grant, sha256: sha256.toUpperCase() });
    expect(seen).toHaveLength(asked);
    expect(headers).toMatchObject({ 'x-amz-content-sha256': sha256, 'x-amz-meta-verified-sha256': sha256 });
    expect(signedHeaders(url)).toEqual(expect.arrayContaining(['x-amz-content-sha256', 'x-amz-meta-verified-sha256']));
  });

  it('is not asked for uploads without a hash', async () => {
    await store.presignPut(grant);
    expect(seen).toEqual([]);
  });
});

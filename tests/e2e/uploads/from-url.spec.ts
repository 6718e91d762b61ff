import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signUp, type Account, type AssetBody } from '../../support/account.js';
import { newMember, whoIs } from '../../support/members.js';
import { photo, sha256 } from '../../support/photos.js';
import { startStack, type Stack } from '../../support/stack.js';
import { until } from '../../support/until.js';

interface UploadBody {
  uploadId: string;
  state: string;
  assetId: string | null;
  rejectionCode: string | null;
  rejectionReason: string | null;
  errors?: { pointer: string }[];
  code?: string;
}

const LIMIT = 2_000_000;

let stack: Stack;
let server: Server;
let listener: RequestListener;
let base: string;
let account: Account;
let jpeg: Buffer;

beforeAll(async () => {
  server = createServer((request, response) => listener(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    URL_FETCH_ALLOW_PRIVATE: '127.0.0.1/32',
    URL_FETCH_PORTS: '*',
    URL_FETCH_TIMEOUT_SECONDS: '15',
    UPLOAD_MAX_BYTES: String(LIMIT),
  };
  stack = await startStack({ env });
  [account, jpeg] = await Promise.all([signUp(stack.url), photo(800, 600)]);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await stack.stop();
});
beforeEach(() => {
  listener = (_request, response) => response.setHeader('content-type', 'image/jpeg').end(jpeg);
});

const ask = (of: Account, url: string, about: object = {}) =>
  of.ask<UploadBody>('POST', '/uploads/from-url', { url, ...about });

/** The upload once it is COMPLETED or REJECTED. */
async function ended(of: Account, url: string, about: object = {}): Promise<UploadBody> {
  const { status, body } = await ask(of, url, about);
  expect([status, body.state]).toEqual([202, 'WAITING']);
  return until(
    async () => (await of.ask<UploadBody>('GET', `/uploads/${body.uploadId}`)).body,
    ({ state }) => state !== 'WAITING',
  );
}

async function leavesNothing(of: Account): Promise<void> {
  const { tenantId } = (await of.ask<{ tenantId: string }>('GET', '/users/me')).body;
  await until(
    () => stack.objects(tenantId),
    (objects) => objects.length === 0,
  );
  const { body } = await of.ask('GET', '/tenant/usage');
  expect(body).toMatchObject({ bytes: { used: 0 }, files: { used: 0 }, monthlyUploads: { used: 0 } });
}

it('a file at an address becomes an asset', async () => {
  const about = { resource: 'product', resourceId: '1', title: 'A beach', labels: { category: 'sea' } };
  const upload = await ended(account, `${base}/pictures/beach%20%C3%A4.jpg?token=secret#top`, about);
  expect(upload).toMatchObject({ state: 'COMPLETED', rejectionCode: null });
  const asset: AssetBody = await account.settled(upload.assetId ?? '');
  const expected = { status: 'READY', filename: 'beach ä.jpg', mimeType: 'image/jpeg', sha256: sha256(jpeg), ...about };
  expect(asset).toMatchObject(expected);
  expect(Buffer.from(await (await fetch(asset.downloadUrl)).arrayBuffer()).equals(jpeg)).toBe(true);
  const jobs = await (await stack.admin()).ask('GET', '/jobs?kind=fetch-url');
  expect(JSON.stringify(jobs.body)).not.toContain('secret');
});

it('asked for twice under one Idempotency-Key it is fetched once', async () => {
  const body = { url: `${base}/once.jpg` };
  const headers = { 'idempotency-key': 'once' };
  const answers = [
    await account.ask<UploadBody>('POST', '/uploads/from-url', body, headers),
    await account.ask<UploadBody>('POST', '/uploads/from-url', body, headers),
  ];
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  expect(answers[1]?.body.uploadId).toBe(answers[0]?.body.uploadId);
});

it.each([
  ['ftp://example.com/a.jpg'],
  ['http://user:secret@example.com/a.jpg'],
  ['http://10.0.0.1/a.jpg'],
  ['http://[::1]/a.jpg'],
  ['http://169.254.169.254/latest/meta-data/'],
  ['javascript:alert(1)'],
  ['/etc/passwd'],
  [`http://example.com/${'x'.repeat(3_000)}`],
  [7],
])('%s is refused when it is asked for', async (url) => {
  const answer = await ask(account, url as string);
  expect([answer.status, answer.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['#/url']]);
});

it.each<[string, RequestListener, string]>([
  ['is not there', (_request, response) => response.writeHead(404).end(), 'URL_NOT_FOUND'],
  [
    'leads to metadata',
    (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    'URL_NOT_ALLOWED',
  ],
  [
    'is a page',
    (_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>no'),
    'CONTENT_TYPE_MISMATCH',
  ],
  [
    'is another kind of file',
    (_, response) => response.setHeader('content-type', 'video/mp4').end(jpeg),
    'CONTENT_TYPE_MISMATCH',
  ],
  ['is empty', (_, response) => response.end(), 'EMPTY_FILE'],
  ['is packed', (_, response) => response.setHeader('content-encoding', 'br').end(jpeg), 'URL_COMPRESSED'],
  [
    'says that it is too large',
    (_, response) => response.setHeader('content-length', LIMIT + 1).end('x'.repeat(LIMIT + 1)),
    'FILE_TOO_LARGE',
  ],
  [
    'is too large and does not say so',
    (_, response) => response.write('x'.repeat(LIMIT), () => response.end('x')),
    'FILE_TOO_LARGE',
  ],
  [
    'drips',
    (_, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    },
    'URL_TOO_SLOW',
  ],
])('a file that %s is rejected with a reason, and leaves nothing', async (_, serve, code) => {
  listener = serve;
  const somebody = await signUp(stack.url);
  const upload = await ended(somebody, `${base}/a.txt`);
  expect(upload).toMatchObject({ state: 'REJECTED', rejectionCode: code, rejectionReason: expect.any(String) });
  await leavesNothing(somebody);
});

it('a file that does not have the SHA-256 it should is rejected', async () => {
  const upload = await ended(account, `${base}/a.jpg`, { sha256Hash: '0'.repeat(64) });
  expect(upload).toMatchObject({ state: 'REJECTED', rejectionCode: 'CHECKSUM_MISMATCH' });
});

it('a file that the tenant has no room for is rejected, and one that just fits is not', async () => {
  const somebody = await signUp(stack.url);
  const { tenantId } = (await somebody.ask<{ tenantId: string }>('GET', '/users/me')).body;
  const limit = (bytes: number) =>
    stack.admin().then((admin) => admin.ask('PATCH', `/admin/tenants/${tenantId}`, { bytes }));
  await limit(jpeg.length - 1);
  expect(await ended(somebody, `${base}/a.jpg`)).toMatchObject({ state: 'REJECTED', rejectionCode: 'QUOTA_EXCEEDED' });
  await leavesNothing(somebody);
  await limit(jpeg.length);
  expect(await ended(somebody, `${base}/a.jpg`)).toMatchObject({ state: 'COMPLETED' });
});

it('a server that breaks off is asked again', async () => {
  let asked = 0;
  listener = (_request, response) => {
    if (asked++ > 0) return response.end(jpeg);
    response.writeHead(200, { 'content-length': jpeg.length });
    return response.write(jpeg.subarray(0, 10_000), () => response.destroy());
  };
  expect(await ended(account, `${base}/broken.jpg`)).toMatchObject({ state: 'COMPLETED' });
  expect(asked).toBe(2);
});

it.each([
  ['before its first byte is kept', 100],
  ['before its last', 80_000],
])('a file whose account goes %s becomes nothing', async (_, bytes) => {
  const owner = await signUp(stack.url);
  const member = await newMember(owner, 'EDITOR');
  const long = Buffer.concat([jpeg, Buffer.alloc(100_000)]);
  const begun: ServerResponse[] = [];
  listener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' }).write(long.subarray(0, bytes));
    begun.push(response);
  };
  const { uploadId } = (await ask(member, `${base}/late.jpg`)).body;
  const isHeld = () => stack.sql(`SELECT 1 FROM uploads WHERE id = $1 AND size > 0`, [uploadId]);
  await until(
    async () => begun.length > 0 && (bytes < 1_000 || (await isHeld()).length > 0),
    (is) => is,
  );
  expect((await member.ask('DELETE', '/users/me', { password: 'correct horse' })).status).toBe(204);
  const { tenantId } = await whoIs(owner);
  const state = (kind: string) =>
    stack.sql(`SELECT state FROM jobs WHERE kind = $1 AND tenant_id = $2`, [kind, tenantId]);
  const isOver = (found: object[]) => JSON.stringify(found) === '[{"state":"COMPLETED"}]';
  await until(() => state('erase-account'), isOver);
  begun[0]?.end(long.subarray(bytes));
  await until(() => state('fetch-url'), isOver);
  expect(await stack.sql(`SELECT id FROM assets WHERE tenant_id = $1`, [tenantId])).toEqual([]);
  // The sweep clears away what has ended.
  await until(
    () => stack.sql(`SELECT 1 FROM uploads WHERE tenant_id = $1 AND state = 'WAITING'`, [tenantId]),
    (waiting) => waiting.length === 0,
  );
  await leavesNothing(owner);
});

import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, json } from 'node:stream/consumers';
import { handleDiskRequest } from './disk-door.js';
import { DiskObjectStore } from './disk-store.js';

describe('the door of the disk store', () => {
  const bytes = Buffer.from('0123456789');
  const grant = { key: 'a/b', contentType: 'text/html', expiresInSeconds: 600, size: bytes.length };
  let root: string;
  let server: Server;
  let store: DiskObjectStore;
  let failures: unknown[];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  beforeEach(async () => {
    failures = [];
    root = await mkdtemp(join(tmpdir(), 'disk-door-'));
    server = createServer((incoming, response) => {
      handleDiskRequest(store, incoming, response).catch((error: unknown) => failures.push(error));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    store = new DiskObjectStore({ root, publicUrl: `http://127.0.0.1:${port}`, secret: 'x'.repeat(32) });
  });
  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await rm(root, { recursive: true });
  });

  interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    body: Buffer;
  }

  async function ask(
    method: string,
    url: string,
    headers: Record<string, string> = {},
    body?: Buffer,
  ): Promise<Answer> {
    const sent = request(url, { method, headers, agent }).end(body);
    const [[response]]: [IncomingMessage[], unknown] = await Promise.all([
      once(sent, 'response'),
      once(sent, 'finish'),
    ]);
    if (!response) throw new Error('no response');
    return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
  }
  const code = ({ body }: Answer) => /"code":"(\w+)"/.exec(body.toString())?.[1];
  const put = async (changes: Partial<typeof grant> & { sha256?: string } = {}, body = bytes) => {
    const signed = await store.presignPut({ ...grant, ...changes });
    return ask('PUT', signed.url, signed.headers, body);
  };
  const getUrl = (disposition: 'inline' | 'attachment' = 'inline') =>
    store.presignGet({ ...grant, filename: 'page.html', disposition });

  it('names a version by the ETag that a GET gives it too', async () => {
    const { status, headers } = await put();
    expect(status).toBe(200);
    expect((await ask('GET', await getUrl())).headers.etag).toBe(headers.etag);
  });

  it('answers HEAD as GET, without the bytes', async () => {
    await put();
    const [head, get] = [await ask('HEAD', await getUrl()), await ask('GET', await getUrl())];
    expect(head.body).toHaveLength(0);
    expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    expect(head.headers['content-length']).toBe('10');
  });

  it('serves strangers bytes so that nothing in them runs', async () => {
    await put();
    const { headers } = await ask('GET', await getUrl());
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': 'inline; filename="page.html"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'accept-ranges': 'bytes',
    });
  });

  it('may be cached by nobody but the reader, and no longer than the URL is good', async () => {
    await put();
    const began = Date.now();
    const { headers } = await ask('GET', await getUrl());
    const [, seconds] = /^private, max-age=(\d+)$/.exec(headers['cache-control'] ?? '') ?? [];
    expect(Number(seconds)).toBeLessThanOrEqual(600);
    expect(Number(seconds)).toBeGreaterThanOrEqual(598 - (Date.now() - began) / 1000);
  });

  it('continues a download only when the object is still the same', async () => {
    await put();
    const url = await getUrl();
    const etag = (await ask('GET', url)).headers.etag ?? '';
    expect(await ask('GET', url, { range: 'bytes=5-', 'if-range': etag })).toMatchObject({ status: 206 });
    expect(await ask('GET', url, { range: 'bytes=5-', 'if-range': 'W/"other"' })).toMatchObject({ status: 200 });
    expect(code(await ask('GET', url, { 'if-match': 'W/"other"' }))).toBe('PRECONDITION_FAILED');
  });

  it('answers a preflight of any origin, for any headers', async () => {
    const { status, headers } = await ask('OPTIONS', (await store.presignPut(grant)).url);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, PUT',
      'access-control-allow-headers': '*',
    });
  });

  describe('says in a problem document', () => {
    it('what was wrong', async () => {
      const { status, headers, body } = await put({ size: 9 });
      expect(status).toBe(422);
      expect(headers['content-type']).toBe('application/problem+json');
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(JSON.parse(body.toString())).toEqual({
        type: '/problems/size-mismatch',
        title: 'The file does not have the declared size',
        status: 422,
        detail: 'The URL is for 9 bytes and the body has 10.',
        instance: '/objects/a/b',
        code: 'SIZE_MISMATCH',
      });
    });

    it.each([
      [403, 'URL_INVALID', async () => ask('GET', `${(await getUrl()).split('?', 1)[0]}`)],
      [403, 'URL_INVALID', async () => ask('GET', new URL('/elsewhere', await getUrl()).href)],
      [403, 'URL_INVALID', async () => ask('GET', new URL('/objects/', await getUrl()).href)],
      [403, 'URL_EXPIRED', () => put({ expiresInSeconds: 0 })],
      [404, 'OBJECT_NOT_FOUND', async () => ask('GET', await getUrl())],
      [405, 'METHOD_NOT_ALLOWED', async () => ask('DELETE', await getUrl())],
      [412, 'OBJECT_EXISTS', async () => [await put(), await put()][1]],
      [
        416,
        'RANGE_NOT_SATISFIABLE',
        async () => [await put(), await ask('GET', await getUrl(), { range: 'bytes=99-' })][1],
      ],
      [422, 'SIZE_MISMATCH', () => put({ size: 11 })],
      [422, 'CHECKSUM_MISMATCH', () => put({ sha256: 'ab'.repeat(32) })],
    ])('%d %s', async (status, expected, attempt) => {
      const answer = await attempt();
      expect(answer?.status).toBe(status);
      expect(answer && code(answer)).toBe(expected);
      expect(failures).toEqual([]);
    });

    it('415 OBJECT_TYPE_MISMATCH, and the type to send', async () => {
      const { url } = await store.presignPut(grant);
      const answer = await ask('PUT', url, { 'content-type': 'text/plain' }, bytes);
      expect([answer.status, code(answer)]).toEqual([415, 'OBJECT_TYPE_MISMATCH']);
      expect(answer.body.toString()).toContain('Content-Type: text/html');
    });

    it('411 LENGTH_REQUIRED', async () => {
      const { url, headers } = await store.presignPut(grant);
      const sent = request(url, { method: 'PUT', headers, agent });
      sent.write(bytes);
      sent.end();
      const [response]: IncomingMessage[] = await once(sent, 'response');
      expect(response?.statusCode).toBe(411);
      expect(response && (await json(response))).toMatchObject({ code: 'LENGTH_REQUIRED' });
    });

    it('503 STORE_UNAVAILABLE, when to come back, and the cause to who logs it', async () => {
      await writeFile(join(root, 'tmp'), 'in the way');
      const answer = await put({ size: 5_000_000 }, Buffer.alloc(5_000_000));
      expect([answer.status, code(answer)]).toEqual([503, 'STORE_UNAVAILABLE']);
      expect(answer.headers['retry-after']).toBe('5');
      expect(failures).toEqual([expect.objectContaining({ name: 'StoreUnavailableError' })]);
    });
  });

  it('takes the rest of a refused body, so that the connection can be used again', async () => {
    await put();
    const refused = await put({ size: 5_000_000 }, Buffer.alloc(5_000_000));
    expect(code(refused)).toBe('OBJECT_EXISTS');
    expect(await ask('GET', await getUrl())).toMatchObject({ status: 200, body: bytes });
  });

  it('leaves nothing of an upload that breaks off, and complains to nobody', async () => {
    const { url, headers } = await store.presignPut({ ...grant, size: 2_000_000 });
    const sent = request(url, { method: 'PUT', headers: { ...headers, 'content-length': '2000000' } });
    sent.on('error', () => undefined);
    sent.write(Buffer.alloc(1_000_000));
    const tempFiles = () => readdir(join(root, 'tmp')).catch(() => []);
    while ((await tempFiles()).length === 0) await new Promise(setImmediate);
    sent.destroy();
    while ((await tempFiles()).length > 0) await new Promise(setImmediate);
    expect(await store.head('a/b')).toBeNull();
    expect(failures).toEqual([]);
    expect((await put()).status).toBe(200);
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { fetchUrl, type Fetched } from './fetch-url.js';
import { UrlRules } from './url-rules.js';

const LOCAL = { ports: ['*'], allowPrivate: ['127.0.0.1/32'] };
const never = new AbortController().signal;

let server: Server;
let listener: RequestListener;
let asked: string[];
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    listener(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked = [];
  listener = (_request, response) => response.end('the file');
});

const get = (url: string, rules = new UrlRules(LOCAL), signal = never): Promise<Fetched> =>
  fetchUrl(new URL(url), rules, signal);
const read = async ({ body }: Fetched): Promise<string> => (await buffer(Readable.from(body))).toString();

describe('a file', () => {
  it('is fetched as it is, and nothing of ours is sent along', async () => {
    let headers: object = {};
    listener = (request, response) => {
      ({ headers } = request);
      response.setHeader('content-type', 'text/plain').end('the file');
    };
    const fetched = await get(`${base}/a.txt?signature=1`);
    expect(fetched).toMatchObject({ contentType: 'text/plain' });
    expect(await read(fetched)).toBe('the file');
    expect(asked).toEqual(['/a.txt?signature=1']);
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it('is followed through five redirects, relative and absolute, and no further', async () => {
    listener = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('the file');
      else response.writeHead(302, { location: left % 2 ? `/${left - 1}` : `${base}/${left - 1}` }).end();
    };
    expect(await read(await get(`${base}/5`))).toBe('the file');
    await expect(get(`${base}/6`)).rejects.toMatchObject({ code: 'URL_TOO_MANY_REDIRECTS', permanent: true });
    await expect(get(`${base}/1000`)).rejects.toMatchObject({ code: 'URL_TOO_MANY_REDIRECTS' });
  });
});

describe('what may not be asked is not', () => {
  const strict = new UrlRules({ ports: ['80', '443'], allowPrivate: [] });

  it.each([
    ['ftp://example.com/a'],
    ['file:///etc/passwd'],
    ['gopher://example.com/'],
    ['http://user:secret@example.com/a'],
    ['http://user@example.com/a'],
    ['http://example.com:22/'],
    ['http://127.0.0.1/'],
    ['http://2130706433/'],
    ['http://0x7f.1/'],
    ['http://0177.0.0.1/'],
    ['http://[::1]/'],
    ['http://[::ffff:169.254.169.254]/'],
    ['http://169.254.169.254/latest/meta-data/'],
    ['http://localhost/'],
  ])('%s', async (url) => {
    await expect(get(url, strict)).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED', permanent: true });
  });

  it.each([
    ['another scheme', 'file:///etc/passwd'],
    ['a private address', 'http://10.0.0.1/'],
    ['metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['a name that leads home', 'http://localhost:1/'],
    ['a user name', 'http://somebody@127.0.0.1/'],
    ['what is no address', 'http://'],
  ])('behind a redirect to %s', async (_, location) => {
    listener = (_request, response) => response.writeHead(302, { location }).end();
    const rules = new UrlRules({ ...LOCAL, allowPrivate: ['127.0.0.1/32'] }, (_name, _options, callback) =>
      callback(null, [{ address: '127.0.0.2', family: 4 }]),
    );
    await expect(get(base, rules)).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED', permanent: true });
    expect(asked).toEqual(['/']);
  });

  /** A name server that gives one answer to the first question and another from then on. */
  function rebinding(...answers: string[][]): { rules: UrlRules; questions: () => number } {
    let questions = 0;
    const rules = new UrlRules(LOCAL, (_name, _options, callback) => {
      const addresses = answers[Math.min(questions++, answers.length - 1)] ?? [];
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    });
    return { rules, questions: () => questions };
  }

  it('a name is looked up once, and what was checked is connected to', async () => {
    const { rules, questions } = rebinding(['127.0.0.1'], ['10.0.0.1']);
    expect(await read(await get(base.replace('127.0.0.1', 'rebinding.test'), rules))).toBe('the file');
    expect(questions()).toBe(1);
  });

  it('a name that leads elsewhere when it is redirected to itself', async () => {
    const { rules } = rebinding(['127.0.0.1'], ['169.254.169.254']);
    listener = (_request, response) => response.writeHead(307, { location: '/again' }).end();
    await expect(get(base.replace('127.0.0.1', 'rebinding.test'), rules)).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    });
    expect(asked).toEqual(['/']);
  });

  it('a name of which one address is private', async () => {
    const { rules } = rebinding(['127.0.0.1', 'fd00::1']);
    await expect(get(base.replace('127.0.0.1', 'rebinding.test'), rules)).rejects.toMatchObject({
      code: 'URL_NOT_ALLOWED',
    });
    expect(asked).toEqual([]);
  });
});

describe('a server that', () => {
  it.each([
    [404, 'URL_NOT_FOUND', true],
    [410, 'URL_NOT_FOUND', true],
    [403, 'URL_REFUSED', true],
    [206, 'URL_REFUSED', true],
    [204, 'URL_REFUSED', true],
    [302, 'URL_REFUSED', true],
    [429, 'URL_UNREACHABLE', false],
    [500, 'URL_UNREACHABLE', false],
  ])('answers %d fails with %s', async (status, code, permanent) => {
    listener = (_request, response) => response.writeHead(status).end();
    await expect(get(base)).rejects.toMatchObject({ code, permanent });
  });

  it('sends a bomb gets none of it unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    listener = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    await expect(get(base)).rejects.toMatchObject({ code: 'URL_COMPRESSED', permanent: true });
  });

  it('promises more bytes than it sends has broken off', async () => {
    listener = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('the file', () => response.destroy());
    };
    await expect(get(base).then(read)).rejects.toMatchObject({ code: 'URL_BROKEN_OFF', permanent: false });
  });

  it('sends more bytes than it promised gives what it promised', async () => {
    const liar = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nthe file');
    expect(await read(await get(liar.url))).toBe('the');
    liar.close();
  });

  it.each([
    ['is none', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['sends headers without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['hangs up', ''],
  ])('%s cannot be reached', async (_, bytes) => {
    const other = await rawServer(bytes);
    await expect(get(other.url).then(read)).rejects.toMatchObject({ code: 'URL_UNREACHABLE', permanent: false });
    other.close();
  });

  it('takes its time is left when the time is over', async () => {
    listener = (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    };
    const time = new AbortController();
    const reading = read(await get(base, undefined, time.signal));
    // The head was there in time, however long that took; the body is not.
    setTimeout(() => time.abort(new DOMException('the time is over', 'TimeoutError')), 50);
    await expect(reading).rejects.toMatchObject({ name: expect.stringMatching(/Error|FetchFailure/) as string });
    listener = () => undefined;
    await expect(get(base, undefined, AbortSignal.timeout(100))).rejects.toThrow();
  });

  it('is not there cannot be reached', async () => {
    await expect(get('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'URL_UNREACHABLE', permanent: false });
  });
});

/** Says the same to everybody, whatever HTTP has to say of it. */
async function rawServer(bytes: string): Promise<{ url: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const raw = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).end(bytes);
  });
  await once(raw.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    raw.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${(raw.address() as AddressInfo).port}/`, close };
}

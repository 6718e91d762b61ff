import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { S3ObjectStore } from './s3-store.js';

const isAddress = (address: string | AddressInfo | null): address is AddressInfo => typeof address === 'object';

/** Each way a store is used by the server. */
const calls: [string, (store: S3ObjectStore) => Promise<unknown>][] = [
  ['head', (store) => store.head('a')],
  ['read', (store) => store.read('a')],
  ['write of a buffer', (store) => store.write('a', Buffer.from('a'), { contentType: 'text/plain', size: 1 })],
  [
    'write of a stream',
    (store) => store.write('a', Readable.from([Buffer.from('a')]), { contentType: 'a/b', size: 1 }),
  ],
  ['delete', (store) => store.delete(['a'])],
  ['list', (store) => store.list('').next()],
  ['check', (store) => store.check()],
  [
    'presignPut with a hash',
    (store) =>
      store.presignPut({ key: 'a', contentType: 'a/b', size: 1, sha256: 'ab'.repeat(32), expiresInSeconds: 60 }),
  ],
];

/** Longer than any of the calls takes on a slow and busy machine, milliseconds; without limits they would not end. */
const IN_TIME_MS = 60_000;

describe('an S3 server that is away', () => {
  let server: Server;
  let sockets: Set<Socket>;
  let store: S3ObjectStore;

  /** A server that does this with every connection. */
  async function start(behaviour: (socket: Socket) => void, attempts = 2, patienceMs = 300): Promise<void> {
    sockets = new Set();
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      behaviour(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const endpoint = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
    const idleTimeoutMs = Math.max(2_000, patienceMs);
    const timeouts = { connectTimeoutMs: patienceMs, answerTimeoutMs: patienceMs, idleTimeoutMs, attempts };
    const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
    store = new S3ObjectStore({ bucket: 'photos', region: 'us-east-1', endpoint, ...keys, ...timeouts });
  }
  afterEach(() => {
    store.close();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  const away = { name: 'StoreUnavailableError', cause: expect.anything() };

  it.each(calls)('is said to be, within seconds, when it does not listen: %s', async (_, call) => {
    await start(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    const started = Date.now();
    await expect(call(store)).rejects.toMatchObject(away);
    expect(Date.now() - started).toBeLessThan(IN_TIME_MS);
  });

  it.each(calls)('is said to be, in time, when it takes connections and never answers: %s', async (_, call) => {
    await start((socket) => socket.resume(), 1);
    const started = Date.now();
    await expect(call(store)).rejects.toMatchObject(away);
    // A body may stand still for longer than an answer may take.
    expect(Date.now() - started).toBeLessThan(IN_TIME_MS);
  });

  it('is said to be when it stops in the middle of an object', async () => {
    const begins = (socket: Socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'));
    // Its head is waited for, however busy this machine is.
    await start(begins, 1, 100_000);
    const body = await store.read('a');
    await expect(body.toArray()).rejects.toMatchObject(away);
  });

  it.each([500, 503, 429])('is said to be when it answers %d', async (status) => {
    await start((socket) =>
      socket.on('data', () => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)),
    );
    await expect(store.read('a')).rejects.toMatchObject(away);
    await expect(store.head('a')).rejects.toMatchObject(away);
  });
});

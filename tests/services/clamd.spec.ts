import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Clamd, ScannerUnavailableError } from '#libs/virus-scan/clamd.js';

/** The test file that every scanner knows (eicar.org), in two halves: as a whole it would alarm scanners of this folder. */
const EICAR = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));
const { CLAMAV_HOST: host = '', CLAMAV_PORT } = process.env;
const clamd = new Clamd({ host, port: Number(CLAMAV_PORT), timeoutMs: 20_000 });

function* megabytes(count: number): Generator<Buffer> {
  for (let sent = 0; sent < count * 16; sent++) yield Buffer.alloc(65_536, sent);
}

describe('a real clamd', () => {
  it('says which it is', async () => {
    expect(await clamd.version()).toMatch(/^ClamAV \d/);
  });

  it.each([
    ['a file', Buffer.from('nothing to fear')],
    ['an empty file', Buffer.alloc(0)],
    ['megabytes', [...megabytes(5)]],
  ])('lets %s pass', async (_, bytes) => {
    expect(await clamd.scan(Readable.from(Array.isArray(bytes) ? bytes : [bytes]))).toEqual({ verdict: 'clean' });
  });

  it.each([1, 10, 68])('finds the test virus in pieces of %i bytes', async (size) => {
    const pieces = Array.from({ length: Math.ceil(EICAR.length / size) }, (_, at) =>
      EICAR.subarray(at * size, (at + 1) * size),
    );
    expect(await clamd.scan(Readable.from(pieces))).toEqual({
      verdict: 'infected',
      signature: 'Eicar-Test-Signature.UNOFFICIAL',
    });
  });

  it('says that there are more bytes than it takes, and many at once are all answered', async () => {
    const scans = Array.from({ length: 6 }, () => clamd.scan(Readable.from(megabytes(30))));
    for (const scan of await Promise.allSettled(scans)) {
      // It closes the connection on what it does not read: the answer may be lost with it.
      if (scan.status === 'fulfilled') expect(scan.value).toEqual({ verdict: 'too-large' });
      else expect(scan.reason).toBeInstanceOf(ScannerUnavailableError);
    }
  });

  it('is told no more when nobody waits any longer', async () => {
    const stop = new AbortController();
    const endless = new Readable({ read: () => undefined });
    const scan = clamd.scan(endless, stop.signal);
    endless.push('a');
    stop.abort(new Error('enough'));
    await expect(scan).rejects.toThrow('enough');
    endless.destroy();
  });

  it('is not blamed for a file that cannot be read', async () => {
    const broken = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.from('a'));
        throw new Error('the disk is gone');
      })(),
    );
    await expect(clamd.scan(broken)).rejects.toThrow('the disk is gone');
  });
});

describe('a scanner that is not well', () => {
  let server: Server;
  afterEach(() => server.close());

  async function serving(talk: (socket: Socket) => void, timeoutMs = 20_000): Promise<Clamd> {
    server = createServer({ allowHalfOpen: true }, talk).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return new Clamd({ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0, timeoutMs });
  }

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up', (socket) => socket.destroy()],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['talks of something else', (socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n')],
    ['says nothing', (socket) => socket.resume().end()],
  ])('because it %s is unavailable', async (_, talk) => {
    await expect((await serving(talk)).scan(Readable.from([EICAR]))).rejects.toThrow(ScannerUnavailableError);
  });

  it('because it never answers is unavailable', async () => {
    const silent = await serving((socket) => socket.resume(), 200);
    await expect(silent.scan(Readable.from([EICAR]))).rejects.toThrow('clamd did not answer within 200 ms');
  });

  it('because nobody listens is unavailable', async () => {
    const gone = await serving(() => undefined);
    server.close();
    await expect(gone.scan(Readable.from([EICAR]))).rejects.toThrow(ScannerUnavailableError);
  });
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What ClamAV says of some bytes. */
export type ScanResult =
  | { verdict: 'clean' }
  /** The name of the signature that was found. */
  | { verdict: 'infected'; signature: string }
  /** More bytes than it takes: its StreamMaxLength. */
  | { verdict: 'too-large' };

export interface ClamdOptions {
  host: string;
  port: number;
  /** For the whole of a scan, sending included. */
  timeoutMs: number;
}

/** Transient: clamd is away, too slow, or said what nobody understands. */
export class ScannerUnavailableError extends Error {
  override readonly name = 'ScannerUnavailableError';
}

/** A chunk's length, four bytes, big endian; zero ends the stream (clamd(8), INSTREAM). */
const LENGTH_BYTES = 4;

/** ClamAV's daemon, over TCP. */
export class Clamd {
  constructor(private readonly options: ClamdOptions) {}

  /** @throws ScannerUnavailableError */
  async version(): Promise<string> {
    return (await this.ask((socket) => socket.end('zVERSION\0'))).trim();
  }

  /**
   * Has clamd look through a stream; memory stays flat however long it is.
   * @throws ScannerUnavailableError; whatever the stream fails with; the signal's reason
   */
  async scan(bytes: Readable, signal?: AbortSignal): Promise<ScanResult> {
    let unreadable: { error: Error } | undefined;
    bytes.once('error', (error) => (unreadable = { error }));
    const answer = await this.ask((socket) => sendChunks(bytes, socket), signal).catch((error: unknown) => {
      bytes.destroy();
      throw unreadable?.error ?? error;
    });
    const found = /^stream: (.+) FOUND$/.exec(answer);
    if (found?.[1]) return { verdict: 'infected', signature: found[1] };
    if (answer === 'stream: OK') return { verdict: 'clean' };
    if (/size limit exceeded/i.test(answer)) return { verdict: 'too-large' };
    throw new ScannerUnavailableError(answer ? `clamd answered: ${answer}` : 'clamd closed the connection');
  }

  private async ask(send: (socket: Socket) => unknown, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const { host, port, timeoutMs } = this.options;
    const socket = connect({ host, port, allowHalfOpen: true });
    const tooLate = () => socket.destroy(new Error(`clamd did not answer within ${timeoutMs} ms`));
    const timer = setTimeout(tooLate, timeoutMs);
    const onAbort = () => socket.destroy(new Error('nobody waits any longer'));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await once(socket, 'connect');
      const [answer] = await Promise.all([text(socket), send(socket)]);
      return answer.replace(/\0/g, '').trim();
    } catch (error) {
      signal?.throwIfAborted();
      throw new ScannerUnavailableError(messageOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function sendChunks(bytes: Readable, socket: Socket): Promise<void> {
  socket.write('zINSTREAM\0');
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    // An answer that comes early is that there is too much, or none: the rest is not wanted.
    if (!socket.writable || socket.readableEnded) return;
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(chunk.length);
    socket.write(length);
    if (!socket.write(chunk)) await drained(socket);
  }
  if (socket.writable) socket.end(Buffer.alloc(LENGTH_BYTES));
}

const ENOUGH = ['drain', 'close', 'end'] as const;

/** Resolves as well when the other end is gone: its answer tells why. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      for (const event of ENOUGH) socket.off(event, done);
      resolve();
    };
    for (const event of ENOUGH) socket.on(event, done);
  });

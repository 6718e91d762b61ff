import net from 'node:net';

/** What came of a connection that was spoken to byte by byte. */
export interface RawAnswer {
  /** Of the first answer; 0 when there was none. */
  status: number;
  text: string;
  /** Bytes that were sent. */
  sent: number;
  /** Milliseconds until the server ended the connection. */
  milliseconds: number;
}

export interface RawRequest {
  head: readonly string[];
  /** Sent after the head, one after the other, as long as the connection lasts. */
  body: Iterable<Buffer>;
  /** Milliseconds between two pieces; 0: as fast as they are taken. */
  pauseMs: number;
}

/** Resolves when the server has ended the connection. */
export function speak(url: string, { head, body, pauseMs }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname);
    const pieces = body[Symbol.iterator]();
    let text = '';
    let sent = 0;
    const next = (): void => {
      if (socket.destroyed || !socket.writable) return;
      const piece = pieces.next();
      if (piece.done) return;
      sent += piece.value.length;
      const goOn = (): void => {
        if (pauseMs > 0) setTimeout(next, pauseMs);
        else setImmediate(next);
      };
      if (socket.write(piece.value)) goOn();
      else socket.once('drain', goOn);
    };
    socket.on('data', (data) => (text += data.toString('latin1')));
    // Reset: the server did not want to read what was on its way.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      resolve({ status, text, sent, milliseconds: performance.now() - began });
    });
    socket.once('connect', () => {
      socket.write(head.map((line) => `${line}\r\n`).join(''));
      next();
    });
  });
}

export function* repeat(piece: Buffer, times: number): Generator<Buffer> {
  for (let count = 0; count < times; count++) yield piece;
}

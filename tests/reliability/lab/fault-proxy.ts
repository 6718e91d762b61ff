import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** What becomes of a request. */
export type Behaviour =
  | { kind: 'pass' }
  /** Taken, and never answered. */
  | { kind: 'hang' }
  | { kind: 'slow'; milliseconds: number }
  | { kind: 'fail'; status: 500 | 503 }
  /** Half of what is read arrives. */
  | { kind: 'cut' };

const S3_ERRORS = { 500: 'InternalError', 503: 'SlowDown' } as const;

/** An HTTP proxy in front of one server, which can be told to treat it badly. Keeps the Host, which is signed. */
export class FaultProxy {
  /** Requests that were not simply passed on. */
  injected = 0;
  private behaviour: Behaviour = { kind: 'pass' };
  private server: http.Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly agent = new http.Agent({ keepAlive: true });

  /** @param target http://host:port of the server */
  constructor(
    private readonly target: URL,
    private readonly port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    if (this.server) return;
    const server = http.createServer((request, response) => void this.handle(request, response));
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
  }

  /** Nobody listens any longer, and who was connected no longer is. */
  async down(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    this.cutConnections();
    await closed;
  }

  /** Whoever waits because of what was before is cut off. */
  behave(behaviour: Behaviour): void {
    const hung = this.behaviour.kind === 'hang';
    this.behaviour = behaviour;
    if (hung) this.cutConnections();
  }

  async close(): Promise<void> {
    await this.down();
    this.agent.destroy();
  }

  private cutConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { behaviour } = this;
    if (behaviour.kind !== 'pass') this.injected += 1;
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'fail') return refuse(request, response, behaviour.status);
    if (behaviour.kind === 'slow') await delay(behaviour.milliseconds);
    this.forward(request, response, behaviour.kind === 'cut' && request.method === 'GET');
  }

  private forward(request: IncomingMessage, response: ServerResponse, cut: boolean): void {
    // The server has said 100 to the client by itself.
    const { expect: _expect, ...headers } = request.headers;
    const { hostname, port } = this.target;
    const { method, url: path } = request;
    const onward = http.request({ hostname, port, method, path, headers, agent: this.agent });
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      const length = Number(answer.headers['content-length'] ?? 0);
      if (cut && length > 1) answer.pipe(half(length, () => request.socket.destroy())).pipe(response);
      else answer.pipe(response);
    });
    onward.once('error', () => request.socket.destroy());
    // Whoever asked has gone; the connection is used again when all went well.
    response.once('close', () => {
      if (!response.writableFinished) onward.destroy();
    });
    request.pipe(onward);
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: 500 | 503): void {
  request.resume();
  const code = S3_ERRORS[status];
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made by a test</Message></Error>`,
  );
}

/** Lets half of the bytes through and then calls `end`. */
function half(length: number, end: () => void): Transform {
  let left = Math.floor(length / 2);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      done(null, passed);
      // Once it is on its way.
      if (left === 0) setTimeout(end, 50);
    },
  });
}

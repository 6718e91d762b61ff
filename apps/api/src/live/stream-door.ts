import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LiveCallers } from './callers.js';
import { Hub } from './hub.js';
import { endings, Listener, type ClaimedProgress } from './listener.js';
import { toEventId } from './live.schema.js';
import { Turnstile } from './turnstile.js';

/** Shorter than proxies wait for a word (mostly 60 s). */
const HEARTBEAT_MS = 20_000;
/** How long a browser waits before it connects again. */
const RETRY_MS = 3_000;
/** How long a client has to read why it is hung up on: one that reads nothing would keep all that waits for it. */
const GOODBYE_MS = 5_000;
/** Bytes of an event that make one message of the backlog: a response counts bytes, not messages. */
const BYTES_A_MESSAGE = 256;

/** Lets clients in at /events/stream, by server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
@Injectable()
export class StreamDoor implements BeforeApplicationShutdown {
  private readonly responses = new Set<ServerResponse>();

  constructor(
    private readonly callers: LiveCallers,
    private readonly hub: Hub,
  ) {}

  /** @throws Problem UNAUTHENTICATED, ACCESS_TOKEN_EXPIRED, TENANT_SUSPENDED, TOO_MANY_CONNECTIONS */
  async open(token: string, last: ClaimedProgress, request: IncomingMessage, reply: FastifyReply): Promise<void> {
    const { caller } = await this.callers.ofStreamToken(token);
    const response = reply.raw;
    const room = new Turnstile();
    const timers: { heartbeat?: NodeJS.Timeout; goodbye?: NodeJS.Timeout } = {};
    const listener: Listener = new Listener(caller, {
      send: (event, data) => void response.write(toEvent(event, data, toEventId(listener.progress))),
      backlog: () => response.writableLength / BYTES_A_MESSAGE,
      taken: async () => {
        if (response.writableNeedDrain) await room.wait();
      },
      end: (why) => {
        clearInterval(timers.heartbeat);
        response.end(toEvent('goodbye', { code: why, detail: endings[why] }));
        timers.goodbye = setTimeout(() => response.destroy(), GOODBYE_MS);
      },
    });
    const progress = await this.hub.add(listener, last);
    const leave = () => {
      clearInterval(timers.heartbeat);
      clearTimeout(timers.goodbye);
      this.responses.delete(response);
      this.hub.remove(listener);
      room.letThrough();
    };
    response.on('close', leave);
    response.on('drain', room.letThrough);
    if (request.destroyed) return leave();
    timers.heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
    this.responses.add(response);
    reply.hijack();
    response.writeHead(200, { ...headersOf(reply), ...STREAM_HEADERS });
    const hello = { userId: caller.userId, ...progress };
    response.write(`retry: ${RETRY_MS}\n${toEvent('hello', hello, toEventId(progress))}`);
    this.hub.look(listener);
  }

  /** Clients connect to another process; their news wait for them in the database. */
  beforeApplicationShutdown(): void {
    for (const response of this.responses) response.end();
  }
}

const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would keep events until it has a buffer full of them.
  'X-Accel-Buffering': 'no',
};

/** What hooks have set so far: a hijacked reply does not send it by itself. */
const headersOf = (reply: FastifyReply): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [name, Array.isArray(value) ? value : String(value)]),
  );

function toEvent(event: string, data: object, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

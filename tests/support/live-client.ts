import { io, type Socket } from 'socket.io-client';
import { until } from './until.js';

export interface LiveMessage {
  event: string;
  data: Record<string, unknown>;
}

export interface LiveOptions {
  lastNotification?: number;
  lastPost?: number;
}

/** Somebody connected by socket.io, and all that they were told. */
export class LiveClient {
  readonly heard: LiveMessage[] = [];
  readonly socket: Socket;
  /** The problem's code, when the connection was refused. */
  refusal: string | null = null;
  ended = false;

  constructor(url: string, token: string, options: LiveOptions = {}) {
    this.socket = io(url, {
      path: '/live',
      auth: { token, ...options },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    this.socket.onAny((event: string, data: Record<string, unknown>) => this.heard.push({ event, data }));
    this.socket.on('connect_error', (error: Error & { data?: { code: string } }) => {
      this.refusal = error.data?.code ?? error.message;
    });
    this.socket.on('disconnect', () => (this.ended = true));
  }

  /** What was told under a name so far. */
  all(event: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message.event === event).map(({ data }) => data);
  }

  /** Resolves with everything told under the name once there are `count` of them. */
  async hears(event: string, count = 1): Promise<Record<string, unknown>[]> {
    return until(
      () => this.all(event),
      (all) => all.length >= count,
    );
  }

  async asks(event: string, message: unknown): Promise<Record<string, unknown>> {
    return (await this.socket.timeout(100_000).emitWithAck(event, message)) as Record<string, unknown>;
  }

  close(): void {
    this.socket.close();
  }
}

/** Connected, and told hello. */
export async function connectLive(url: string, token: string, options: LiveOptions = {}): Promise<LiveClient> {
  const client = new LiveClient(url, token, options);
  await until(
    () => client.all('hello').length > 0 || client.refusal !== null,
    (known) => known,
  );
  if (client.refusal !== null) throw new Error(`refused: ${client.refusal}`);
  return client;
}

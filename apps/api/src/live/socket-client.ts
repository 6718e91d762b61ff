import type { Socket } from 'socket.io';
import { z } from 'zod';
import type { Database } from '#libs/database/database.js';
import { assetRoom } from '#libs/live/live-cluster.js';
import type { ProblemCode } from '../problem/codes.js';
import { Problem } from '../problem/problem.js';
import { toProblem } from '../problem/translate.js';
import { Allowance } from './allowance.js';
import type { LiveCaller, LiveCallers } from './callers.js';
import type { Hub } from './hub.js';
import { endings, Listener, type ClaimedProgress, type Ending } from './listener.js';
import { Turnstile } from './turnstile.js';
import { statusOf, WATCHED_AT_ONCE } from './watch-assets.js';

/** Room for a page that opens with many assets; then what a person can do. */
const BURST = 50;
const PER_SECOND = 10;
/** A timer takes no more; a token lives less. */
const LONGEST_TIMER_MS = 2_147_483_647;

const assetMessage = z.strictObject({ assetId: z.uuid() });
const refreshMessage = z.strictObject({ token: z.string().max(4096) });

type Answer = { ok: true; [fact: string]: unknown } | { ok: false; code: ProblemCode; detail: string };

/** One client that is connected by socket.io: what it may say, and how it is told. */
export class SocketClient {
  private readonly allowance = new Allowance(BURST, PER_SECOND);
  private readonly listener: Listener;
  private readonly room = new Turnstile();
  private expiry?: NodeJS.Timeout;

  constructor(
    private readonly socket: Socket,
    private found: LiveCaller,
    private readonly callers: LiveCallers,
    private readonly hub: Hub,
    private readonly database: Database,
  ) {
    this.listener = new Listener(found.caller, {
      send: (event, data) => void socket.emit(event, data),
      backlog: () => backlogOf(socket),
      taken: async () => {
        if (socket.connected && backlogOf(socket) > 0) await this.room.wait();
      },
      end: (why) => this.end(why),
    });
  }

  start(last: ClaimedProgress): void {
    const { socket } = this;
    socket.conn.on('drain', this.room.letThrough);
    socket.on('disconnect', () => {
      clearTimeout(this.expiry);
      socket.conn.off('drain', this.room.letThrough);
      this.room.letThrough();
      this.hub.remove(this.listener);
    });
    // Counted whether or not anybody listens for it.
    socket.use((_message, next) => (this.allowance.take() ? next() : this.listener.end('TOO_MANY_MESSAGES')));
    this.answer('watch', assetMessage, ({ assetId }) => this.watch(assetId));
    this.answer('unwatch', assetMessage, ({ assetId }) => this.unwatch(assetId));
    this.answer('refresh', refreshMessage, ({ token }) => this.refresh(token));
    this.endWithToken();
    void this.begin(last);
  }

  private async begin(last: ClaimedProgress): Promise<void> {
    try {
      const progress = await this.hub.add(this.listener, last);
      if (!this.socket.connected) return this.hub.remove(this.listener);
      this.socket.emit('hello', { userId: this.found.caller.userId, ...progress });
      this.hub.look(this.listener);
    } catch (error) {
      const { code, detail } = toProblem(error);
      this.socket.emit('goodbye', { code, detail });
      this.socket.disconnect(true);
    }
  }

  /** Answers a message by its acknowledgement, if the client asked for one. */
  private answer<Message>(
    event: string,
    schema: z.ZodType<Message>,
    work: (message: Message) => Promise<Record<string, unknown>>,
  ): void {
    this.socket.on(event, (message: unknown, acknowledge?: (answer: Answer) => void) => {
      const say = (answer: Answer): void => {
        if (typeof acknowledge === 'function') acknowledge(answer);
      };
      const parsed = schema.safeParse(message);
      if (!parsed.success)
        return say({ ok: false, code: 'VALIDATION_FAILED', detail: 'The message does not have the expected form.' });
      work(parsed.data).then(
        (facts) => say({ ok: true, ...facts }),
        (error: unknown) => {
          const { code, detail } = toProblem(error);
          say({ ok: false, code, detail });
        },
      );
    });
  }

  /** Joins first and looks then: what becomes of the asset meanwhile is not missed. */
  private async watch(assetId: string): Promise<Record<string, unknown>> {
    const { watched } = this.listener;
    if (this.socket.rooms.size > WATCHED_AT_ONCE)
      throw new Problem('TOO_MANY_CONNECTIONS', `${WATCHED_AT_ONCE} assets can be watched at once; unwatch some.`);
    watched.add(assetId);
    await this.socket.join(assetRoom(assetId));
    const status = await statusOf(this.database, assetId, this.found.caller.tenantId);
    if (status === 'READY' || status === 'FAILED') watched.delete(assetId);
    if (status !== null) return { status };
    await this.unwatch(assetId);
    throw new Problem('ASSET_NOT_FOUND', 'There is no such asset.');
  }

  private async unwatch(assetId: string): Promise<Record<string, unknown>> {
    this.listener.watched.delete(assetId);
    await this.socket.leave(assetRoom(assetId));
    return {};
  }

  /** A new access token of the same session: the connection goes on until that one is over. */
  private async refresh(token: string): Promise<Record<string, unknown>> {
    const found = await this.callers.ofAccessToken(token);
    if (found.caller.sessionId !== this.found.caller.sessionId)
      throw new Problem('UNAUTHENTICATED', 'The token is of another session; connect anew with it.');
    this.found = found;
    this.endWithToken();
    return { expiresAt: new Date(found.expiresAt).toISOString() };
  }

  private endWithToken(): void {
    clearTimeout(this.expiry);
    const left = Math.min(LONGEST_TIMER_MS, Math.max(0, this.found.expiresAt - Date.now()));
    this.expiry = setTimeout(() => this.listener.end('TOKEN_EXPIRED'), left);
  }

  private end(why: Ending): void {
    this.socket.emit('goodbye', { code: why, detail: endings[why] });
    this.socket.disconnect(true);
  }
}

/** Packets that wait because the client reads too slowly; engine.io has no public name for them. */
function backlogOf({ conn }: Socket): number {
  const packets: unknown = Reflect.get(conn, 'writeBuffer');
  return Array.isArray(packets) ? packets.length : 0;
}

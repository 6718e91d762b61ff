import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Server as HttpServer } from 'node:http';
import type { Socket } from 'socket.io';
import { z } from 'zod';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { LiveCluster } from '#libs/live/live-cluster.js';
import { notificationId } from '../notifications/notification.schema.js';
import { Problem } from '../problem/problem.js';
import { toProblem } from '../problem/translate.js';
import { LiveCallers, type LiveCaller } from './callers.js';
import { Hub } from './hub.js';
import type { ClaimedProgress } from './listener.js';
import { postNumber } from './live.schema.js';
import { SocketClient } from './socket-client.js';
import { Database } from '#libs/database/database.js';

/** Bytes of one message of a client: a token and an id are all that it has to say. */
const MESSAGE_BYTES = 16 * 1024;

const handshake = z.object({
  token: z.string().max(4096),
  lastNotification: notificationId.nullish(),
  lastPost: postNumber.nullish(),
});

/** What was found out about a client that is let in. */
interface Known {
  found: LiveCaller;
  last: ClaimedProgress;
}

/** Lets clients in at /live, by socket.io. */
@Injectable()
export class SocketDoor implements BeforeApplicationShutdown {
  /** From the middleware until the connection is made. */
  private readonly known = new WeakMap<Socket, Known>();

  constructor(
    private readonly cluster: LiveCluster,
    private readonly callers: LiveCallers,
    private readonly hub: Hub,
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  open(http: HttpServer): void {
    const { server } = this.cluster;
    const { CORS_ORIGINS: origins } = this.settings;
    this.cluster.attach(http, {
      maxHttpBufferSize: MESSAGE_BYTES,
      perMessageDeflate: false,
      httpCompression: false,
      destroyUpgrade: false,
      ...(origins.length > 0 && { cors: { origin: origins.includes('*') ? true : origins } }),
    });
    server.use((socket, next) => {
      this.letIn(socket).then(
        () => next(),
        (error: unknown) => next(toConnectError(toProblem(error))),
      );
    });
    server.on('connection', (socket) => {
      const known = this.known.get(socket);
      if (known) new SocketClient(socket, known.found, this.callers, this.hub, this.database).start(known.last);
    });
  }

  /** Clients connect to another process; their news wait for them in the database. */
  beforeApplicationShutdown(): void {
    this.cluster.server.local.disconnectSockets(true);
  }

  /** @throws Problem UNAUTHENTICATED, ACCESS_TOKEN_EXPIRED, TENANT_SUSPENDED, TOO_MANY_CONNECTIONS */
  private async letIn(socket: Socket): Promise<void> {
    const auth = handshake.safeParse(socket.handshake.auth);
    if (!auth.success)
      throw new Problem('UNAUTHENTICATED', 'Connect with auth: { token, lastNotification?, lastPost? }.');
    const found = await this.callers.ofAccessToken(auth.data.token);
    this.hub.refuseTooMany(found.caller.userId);
    const { lastNotification = null, lastPost = null } = auth.data;
    this.known.set(socket, { found, last: { lastNotification, lastPost } });
  }
}

/** socket.io hands `data` to the client's connect_error. */
function toConnectError({ code, detail }: Problem): Error {
  return Object.assign(new Error(code), { data: { code, detail } });
}

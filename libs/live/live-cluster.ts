import type { Server as HttpServer } from 'node:http';
import { Server, type DefaultEventsMap, type ServerOptions } from 'socket.io';
import { z } from 'zod';
import type { News } from '#libs/database/announce.js';
import type { LiveAdapter } from './adapter.js';

/** Ids of each sort in one message: NOTIFY of PostgreSQL takes 8000 bytes. */
const IDS_AT_ONCE = 50;

const ids = z.array(z.uuid()).optional();
const newsSchema = z.object({ accounts: ids, assets: ids, sessionsOf: ids, posts: z.boolean().optional() });

/** How far the processing of an asset has come. */
export interface AssetProgress {
  /** What is being done: process and store, then transcode; rendition says that one more can be watched. */
  stage: 'process' | 'store' | 'transcode' | 'rendition';
  /** 0 to 100: of the processing, or of all streams. */
  percent: number;
  /** Of streams: seconds of film a second, how long it will take, and which is being made or was. */
  speed?: number | null;
  remainingSeconds?: number | null;
  currentRendition?: string | null;
}

/** What processes tell each other. */
interface ClusterEvents extends DefaultEventsMap {
  news: (news: unknown) => void;
}

export type LiveServer = Server<DefaultEventsMap, DefaultEventsMap, ClusterEvents>;

export const assetRoom = (assetId: string): string => `asset:${assetId}`;

/**
 * This process among all that have news or clients who wait for them: a socket.io server, which has clients only where
 * one is attached to an HTTP server. News are hints. Each who gets one looks at the rows, and looks at them now and then
 * also without: a hint that is lost makes news late, never lost, and one that comes twice changes nothing.
 */
export class LiveCluster {
  readonly server: LiveServer;
  private readonly listeners: ((news: News) => void)[] = [];

  private isAttached = false;

  constructor(private readonly link: LiveAdapter) {
    this.server = new Server({ adapter: link.adapter, connectTimeout: 10_000 });
    this.server.on('news', (told) => {
      const { data } = newsSchema.safeParse(told);
      if (data) this.hear(data);
    });
  }

  /** Lets clients in by an HTTP server. */
  attach(http: HttpServer, options: Partial<ServerOptions>): void {
    this.server.attach(http, { path: '/live', serveClient: false, ...options });
    this.isAttached = true;
  }

  onNews(listener: (news: News) => void): void {
    this.listeners.push(listener);
  }

  /** Tells every process, this one among them. */
  tell(news: News): void {
    this.hear(news);
    if (!this.link.isUp()) return;
    for (const part of parts(news)) this.server.serverSideEmit('news', part);
  }

  /** For who looks at the moment; nobody is told later. At most a few a second for one asset. */
  progress(assetId: string, progress: AssetProgress): void {
    if (this.link.isUp()) this.server.to(assetRoom(assetId)).emit('asset.progress', { assetId, ...progress });
  }

  async close(): Promise<void> {
    // A server that has no clients has nothing to close but its way to the others.
    if (this.isAttached) await this.server.close();
    else await this.server.of('/').adapter.close();
    await this.link.close();
  }

  private hear(news: News): void {
    for (const listener of this.listeners) listener(news);
  }
}

function parts({ accounts = [], assets = [], sessionsOf = [], posts }: News): News[] {
  const slice = (all: readonly string[], start: number) => all.slice(start, start + IDS_AT_ONCE);
  const longest = Math.max(accounts.length, assets.length, sessionsOf.length, 1);
  const made: News[] = [];
  for (let start = 0; start < longest; start += IDS_AT_ONCE)
    made.push({
      accounts: slice(accounts, start),
      assets: slice(assets, start),
      sessionsOf: slice(sessionsOf, start),
      ...(posts && start === 0 && { posts }),
    });
  return made;
}

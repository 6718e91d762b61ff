import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import type { News } from '#libs/database/announce.js';
import { Database } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { LiveCluster } from '#libs/live/live-cluster.js';
import type { Logger } from '#libs/telemetry/logger.js';
import { LOGGER } from '#libs/telemetry/telemetry.module.js';
import { Notifications } from '../notifications/notifications.js';
import { Problem } from '../problem/problem.js';
import { Follower, type ClaimedProgress, type Listener, type Progress } from './listener.js';
import { PostTail } from './post-tail.js';
import { tellSettled } from './watch-assets.js';

/** Messages that may wait for a client that does not take them. */
const BACKLOG = 500;

/**
 * Who is connected to this process, and what they have been sent. A hint says where to look at once; a look at
 * everything each few seconds finds what no hint told of, so that nothing is lost with a process, with Redis or with a
 * connection.
 */
@Injectable()
export class Hub implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly listeners = new Set<Listener>();
  private readonly byAccount = new Map<string, Set<Listener>>();
  private timer?: NodeJS.Timeout;
  private round?: Promise<void>;

  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly posts: PostTail,
    private readonly cluster: LiveCluster,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // News are told within the request that makes them; who listens is of many tenants.
    this.cluster.onNews(
      (news) => void acrossTenants(() => this.hear(news)).catch((error: unknown) => this.complain(error)),
    );
    this.timer = setInterval(() => {
      this.round ??= this.lookAtAll()
        .catch((error: unknown) => this.complain(error))
        .finally(() => (this.round = undefined));
    }, this.settings.RECONCILE_INTERVAL_SECONDS * 1000);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** @throws Problem TOO_MANY_CONNECTIONS: the account has as many to this process as it may */
  refuseTooMany(userId: string): void {
    if ((this.byAccount.get(userId)?.size ?? 0) >= this.settings.LIVE_CONNECTIONS_PER_ACCOUNT)
      throw new Problem('TOO_MANY_CONNECTIONS', 'This account has too many live connections; close some.');
  }

  get size(): number {
    return this.listeners.size;
  }

  /**
   * From now on the listener hears of its account's notifications and timeline, beginning after what it has; where it
   * says nothing, with the next one that is made. Returns where it begins.
   *
   * @throws Problem TOO_MANY_CONNECTIONS
   */
  async add(listener: Listener, { lastNotification, lastPost }: ClaimedProgress): Promise<Progress> {
    const { userId } = listener.caller;
    const [newest, newestPost] = await Promise.all([this.newestOf(userId), this.posts.newest()]);
    // Here, where it is counted: of many who come at once, none is counted yet when the others are asked about.
    this.refuseTooMany(userId);
    // A client that claims to have more than there is would never hear of anything again.
    const reached = Math.min(lastNotification ?? newest, newest);
    listener.lastPost = Math.min(lastPost ?? newestPost, newestPost);
    const { channel } = listener;
    listener.notifications = new Follower(
      {
        read: async (after, limit) =>
          (await this.notifications.after(userId, after, limit)).map((item) => ({ number: item.id, item })),
        send: (item) => channel.send('notification', item),
        taken: () => channel.taken(),
      },
      reached,
      () => listener.open,
    );
    this.listeners.add(listener);
    const ofAccount = this.byAccount.get(userId) ?? new Set();
    this.byAccount.set(userId, ofAccount.add(listener));
    return listener.progress;
  }

  remove(listener: Listener): void {
    listener.open = false;
    this.listeners.delete(listener);
    this.posts.remove(listener);
    const ofAccount = this.byAccount.get(listener.caller.userId);
    ofAccount?.delete(listener);
    if (ofAccount?.size === 0) this.byAccount.delete(listener.caller.userId);
  }

  /** Sends what there is for it. Nobody waits for that: it may be long, and the client slow. */
  look(listener: Listener): void {
    this.lookAtNotifications(listener);
    this.lookAtPosts(listener);
  }

  private lookAtNotifications(listener: Listener): void {
    listener.notifications.look().catch((error: unknown) => this.complain(error));
  }

  private lookAtPosts(listener: Listener): void {
    this.posts.catchUp(listener).catch((error: unknown) => this.complain(error));
  }

  /** Says of the listener's assets that are READY or FAILED that they are. */
  async lookAtAssets(listeners: readonly Listener[]): Promise<void> {
    await tellSettled(this.database, listeners);
  }

  private async hear({ accounts = [], assets = [], sessionsOf = [], posts }: News): Promise<void> {
    if (posts && this.size > 0) void this.posts.look().catch((error: unknown) => this.complain(error));
    const told = accounts.flatMap((userId) => [...(this.byAccount.get(userId) ?? [])]);
    for (const listener of told) this.lookAtNotifications(listener);
    if (assets.length > 0)
      await this.lookAtAssets([...this.listeners].filter(({ watched }) => assets.some((id) => watched.has(id))));
    const ended = sessionsOf.flatMap((userId) => [...(this.byAccount.get(userId) ?? [])]);
    if (ended.length > 0) await this.endDeadSessions(ended);
  }

  private async lookAtAll(): Promise<void> {
    const all = [...this.listeners];
    for (const listener of all) if (listener.channel.backlog() > BACKLOG) listener.end('TOO_SLOW');
    if (all.length > 0) await this.posts.look();
    for (let start = 0; start < all.length; start += 1000) {
      const some = all.slice(start, start + 1000);
      await this.endDeadSessions(some);
      await this.lookForNews(some);
      for (const listener of some) this.lookAtPosts(listener);
      await this.lookAtAssets(some.filter(({ watched }) => watched.size > 0));
    }
  }

  private async endDeadSessions(listeners: readonly Listener[]): Promise<void> {
    const rows = await this.database.query<{ id: string }>(
      'live.sessions',
      `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
       WHERE s.id = ANY($1::uuid[]) AND s.revoked_at IS NULL AND s.expires_at > now()
         AND (t.suspended_at IS NULL OR u.role = 'ADMIN')`,
      [listeners.map(({ caller }) => caller.sessionId)],
    );
    const alive = new Set(rows.map(({ id }) => id));
    for (const listener of listeners) if (!alive.has(listener.caller.sessionId)) listener.end('SESSION_ENDED');
  }

  private async lookForNews(listeners: readonly Listener[]): Promise<void> {
    const rows = await this.database.query<{ userId: string; lastSeq: number }>(
      'live.inboxes',
      `SELECT user_id AS "userId", last_seq AS "lastSeq" FROM inboxes WHERE user_id = ANY($1::uuid[])`,
      [[...new Set(listeners.map(({ caller }) => caller.userId))]],
    );
    const newest = new Map(rows.map(({ userId, lastSeq }) => [userId, lastSeq]));
    for (const listener of listeners)
      if ((newest.get(listener.caller.userId) ?? 0) > listener.notifications.reached)
        this.lookAtNotifications(listener);
  }

  private async newestOf(userId: string): Promise<number> {
    const inbox = await this.database.client.inbox.findFirst({ where: { userId } });
    return inbox?.lastSeq ?? 0;
  }

  private complain(error: unknown): void {
    this.logger.warn({ error }, 'live news come late: the database could not be asked');
  }
}

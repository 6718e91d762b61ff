import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { PostView } from '../feed/posts/post.schema.js';
import { ReadPosts } from '../feed/posts/read-posts.js';
import { Timeline } from '../feed/timeline/timeline.js';
import type { Listener } from './listener.js';

const AT_ONCE = 100;

const NEWEST = `SELECT coalesce(max(number), 0)::text AS number FROM posts`;
const NEXT = `SELECT number FROM posts WHERE number > $1 ORDER BY number LIMIT ${AT_ONCE}`;
/** Whose timelines the posts are in, of those who are connected. */
const READERS = `
  SELECT p.number, f.follower_id AS "userId" FROM posts p JOIN follows f ON f.followee_id = p.author_id
  WHERE p.number = ANY($1::bigint[]) AND f.follower_id = ANY($2::uuid[])
  UNION ALL
  SELECT p.number, p.author_id FROM posts p WHERE p.number = ANY($1::bigint[]) AND p.author_id = ANY($2::uuid[])`;

interface Numbered {
  number: string;
}

/**
 * Sends new posts to those connected to this process who follow their authors: each once, and in the order in which
 * posts are shown. A batch is read once for all who are up to date; who is behind reads for itself until it is not.
 */
@Injectable()
export class PostTail {
  /** Those who have been sent, or will be by the batch under way, all up to `begun`. */
  private readonly upToDate = new Set<Listener>();
  private readonly behind = new Set<Listener>();
  /** The number of the last post of a batch that was begun; null before the first look. */
  private begun: number | null = null;
  private looking?: Promise<void>;
  private again = false;

  constructor(
    private readonly database: Database,
    private readonly timeline: Timeline,
    private readonly readPosts: ReadPosts,
  ) {}

  /** The number of the newest post of all. */
  async newest(): Promise<number> {
    const [row] = await this.database.query<Numbered>('live.newest-post', NEWEST, []);
    return Number(row?.number ?? 0);
  }

  remove(listener: Listener): void {
    this.upToDate.delete(listener);
  }

  /** Sends what is new, also when that is said while it does so. */
  look(): Promise<void> {
    this.again = true;
    this.looking ??= this.lookUntilDone().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** Sends one who was away, or whom a batch has failed, what they have not been sent. */
  async catchUp(listener: Listener): Promise<void> {
    if (this.behind.has(listener) || this.upToDate.has(listener)) return;
    this.behind.add(listener);
    try {
      const newest = this.begun ?? (await this.newest());
      // Of several who ask at once the first to be answered is right: what came after has been sent to nobody.
      this.begun ??= newest;
      // Whoever reads `begun` and joins in one turn misses no batch: those begun before end there, those after find it.
      while (listener.open && listener.lastPost < this.begun) {
        await this.sendSome(listener, this.begun);
        await listener.channel.taken();
      }
      if (listener.open) this.upToDate.add(listener);
    } finally {
      this.behind.delete(listener);
    }
  }

  private async sendSome(listener: Listener, goal: number): Promise<void> {
    const { userId } = listener.caller;
    const rows = await this.timeline.after(userId, String(listener.lastPost), AT_ONCE);
    const numbers = rows.map(({ number }) => number).filter((number) => Number(number) <= goal);
    for (const post of await this.readPosts.byNumbers(numbers, userId, 'asc')) send(listener, post);
    // Deleted ones are passed over.
    listener.lastPost = numbers.length === AT_ONCE ? Number(numbers.at(-1)) : goal;
  }

  private async lookUntilDone(): Promise<void> {
    const newest = this.begun ?? (await this.newest());
    this.begun ??= newest;
    while (this.again) {
      this.again = false;
      while ((await this.sendBatch(this.begun)) === AT_ONCE);
    }
  }

  /** @returns how many posts there were */
  private async sendBatch(after: number): Promise<number> {
    const numbers = (await this.database.query<Numbered>('live.next-posts', NEXT, [after])).map(({ number }) => number);
    if (numbers.length === 0) return 0;
    this.begun = Number(numbers.at(-1));
    const listeners = [...this.upToDate];
    try {
      if (listeners.length > 0) await this.sendTo(listeners, numbers);
      for (const listener of listeners) listener.lastPost = Math.max(listener.lastPost, this.begun);
    } catch (error) {
      // Each has been sent what its lastPost says, and reads the rest for itself at the next look.
      for (const listener of listeners) this.upToDate.delete(listener);
      throw error;
    }
    return numbers.length;
  }

  private async sendTo(listeners: readonly Listener[], numbers: readonly string[]): Promise<void> {
    const users = [...new Set(listeners.map(({ caller }) => caller.userId))];
    const [readers, posts] = await Promise.all([
      this.database.query<Numbered & { userId: string }>('live.post-readers', READERS, [numbers, users]),
      this.readPosts.byNumbers(numbers, null, 'asc'),
    ]);
    const readersOf = new Map<number, Set<string>>();
    for (const { number, userId } of readers)
      readersOf.set(Number(number), (readersOf.get(Number(number)) ?? new Set()).add(userId));
    for (const post of posts)
      for (const listener of listeners)
        if (readersOf.get(post.number ?? 0)?.has(listener.caller.userId)) send(listener, post);
  }
}

function send(listener: Listener, post: PostView): void {
  const number = post.number ?? 0;
  if (!listener.open || number <= listener.lastPost) return;
  listener.lastPost = number;
  listener.channel.send('post.created', post);
}

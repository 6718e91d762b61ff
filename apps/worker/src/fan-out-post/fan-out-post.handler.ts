import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { tellMentioned } from '#libs/feed/mentions.js';
import { jobPayloads } from '#libs/queue/job-payloads.js';
import type { Commit, JobHandler } from '#libs/queue/job-runner.js';
import type { LeasedJob } from '#libs/queue/leases.js';

interface Post {
  id: string;
  number: bigint;
  authorId: string;
}

/**
 * Writes a post into the timeline of each follower of its author, or, where these are too many, says that timelines
 * look it up; then tells those who are mentioned. Until that is committed, timelines look it up anyway: at any moment a
 * post is in each of them once, whenever this runs and whoever comes or goes meanwhile.
 */
@Injectable()
export class FanOutPostHandler implements JobHandler {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async run(job: LeasedJob): Promise<Commit> {
    const { postId } = jobPayloads['fan-out-post'].parse(job.payload);
    const { client } = this.database;
    const where = { id: postId, fanOut: 'PENDING', number: { not: null } } as const;
    const post = await client.post.findFirst({ where, include: { author: { select: { followerCount: true } } } });
    // Deleted since.
    if (post?.number == null) return () => Promise.resolve([]);
    const { id, number, authorId, author } = post;
    const isRead = author.followerCount > this.settings.FEED_FAN_OUT_LIMIT;
    // Nearly all of it outside the transaction that locks the author.
    if (!isRead) await writeEntries(client, { id, number, authorId });
    return async (tx) => {
      await finish(tx, { id, number, authorId }, isRead ? 'READ' : 'DONE');
      await tellMentioned(tx, id);
      return [];
    };
  }
}

/**
 * Under the author's lock nobody begins to follow them: who did so since the entries were written gets one now, and who
 * does so later sees that the post is DONE, and takes it along.
 */
async function finish(tx: Transaction, post: Post, fanOut: 'READ' | 'DONE'): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM profiles WHERE user_id = ${post.authorId}::uuid FOR NO KEY UPDATE`;
  const { count } = await tx.post.updateMany({ where: { id: post.id, fanOut: 'PENDING' }, data: { fanOut } });
  if (count === 0) return takeBack(tx, post);
  if (fanOut === 'DONE') await writeEntries(tx, post);
  else
    await tx.profile.updateMany({
      where: { userId: post.authorId, readOnDemand: false },
      data: { readOnDemand: true },
    });
}

/** Entries of a post that was deleted while they were written, and could not be seen by whoever deleted it. */
async function takeBack(tx: Transaction, { number, authorId }: Post): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM timeline_entries
    WHERE number = ${number} AND user_id IN (SELECT follower_id FROM follows WHERE followee_id = ${authorId}::uuid)
      AND NOT EXISTS (SELECT FROM posts WHERE posts.number = ${number})`;
}

async function writeEntries(tx: Pick<Transaction, '$executeRaw'>, { number, authorId }: Post): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO timeline_entries (user_id, number, author_id)
    SELECT follower_id, ${number}, followee_id FROM follows WHERE followee_id = ${authorId}::uuid
    ON CONFLICT DO NOTHING`;
}

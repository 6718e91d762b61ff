import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import type { Caller } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson } from '../../users/people/find-person.js';
import type { FollowState } from './follow.schema.js';
import { lockTies, tie, untie } from './ties.js';

/** Begins and ends to follow somebody. */
@Injectable()
export class Follow {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
  ) {}

  /** @throws Problem USER_NOT_FOUND, OWN_PROFILE, BLOCKED_BY_YOU */
  async begin(name: string, caller: Caller): Promise<FollowState> {
    const { id } = await this.findPerson.run(name, caller);
    const me = caller.userId;
    if (id === me) throw new Problem('OWN_PROFILE', 'Nobody follows themselves; your own posts are in your timeline.');
    return this.database.transaction(async (tx) => {
      await lockTies(tx, me, id);
      const { isPrivate, isFollowed } = await lookAgain(tx, me, id);
      if (isFollowed) return { follow: 'yes' };
      if (isPrivate) {
        await tx.$executeRaw`
          INSERT INTO follow_requests (target_id, requester_id) VALUES (${id}::uuid, ${me}::uuid) ON CONFLICT DO NOTHING`;
        await notify(tx, id, { kind: 'follow.requested', topic: `follow.requested:${me}`, actorId: me, payload: {} });
        return { follow: 'requested' };
      }
      await tie(tx, me, id);
      await notify(tx, id, { kind: 'followed', topic: `followed:${me}`, actorId: me, payload: {} });
      return { follow: 'yes' };
    });
  }

  /** Also withdraws a request. @throws Problem USER_NOT_FOUND */
  async end(name: string, caller: Caller): Promise<FollowState> {
    const { id } = await this.findPerson.run(name, caller);
    await this.database.transaction(async (tx) => {
      await lockTies(tx, caller.userId, id);
      await untie(tx, caller.userId, id);
    });
    return { follow: 'no' };
  }
}

/** Under the locks: somebody may have blocked somebody since. */
async function lookAgain(tx: Transaction, me: string, id: string) {
  const [row] = await tx.$queryRaw<{ isPrivate: boolean; isFollowed: boolean; blocks: boolean; isBlocked: boolean }[]>`
    SELECT is_private AS "isPrivate",
      EXISTS (SELECT FROM follows WHERE follower_id = ${me}::uuid AND followee_id = user_id) AS "isFollowed",
      EXISTS (SELECT FROM blocks WHERE blocker_id = ${me}::uuid AND blocked_id = user_id) AS blocks,
      EXISTS (SELECT FROM blocks WHERE blocker_id = user_id AND blocked_id = ${me}::uuid) AS "isBlocked"
    FROM profiles WHERE user_id = ${id}::uuid`;
  if (!row || row.isBlocked) throw new Problem('USER_NOT_FOUND', 'There is nobody of this name.');
  if (row.blocks) throw new Problem('BLOCKED_BY_YOU', 'You have blocked them; unblock them first.');
  return row;
}

import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import type { Caller } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson } from '../../users/people/find-person.js';
import { lockTies, tie } from './ties.js';

/** What a private profile answers to those who want to follow it. */
@Injectable()
export class FollowRequests {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
  ) {}

  /** @throws Problem USER_NOT_FOUND, FOLLOW_REQUEST_NOT_FOUND */
  async accept(name: string, caller: Caller): Promise<void> {
    const { id } = await this.findPerson.run(name, caller);
    const me = caller.userId;
    await this.database.transaction(async (tx) => {
      await lockTies(tx, me, id);
      const { count } = await tx.followRequest.deleteMany({ where: { targetId: me, requesterId: id } });
      if (count === 0) throw new Problem('FOLLOW_REQUEST_NOT_FOUND', 'They have not asked to follow you.');
      await tie(tx, id, me);
      await notify(tx, id, { kind: 'follow.accepted', topic: `follow.accepted:${me}`, actorId: me, payload: {} });
    });
  }

  /** They are not told. @throws Problem USER_NOT_FOUND, FOLLOW_REQUEST_NOT_FOUND */
  async refuse(name: string, caller: Caller): Promise<void> {
    const { id } = await this.findPerson.run(name, caller);
    const where = { targetId: caller.userId, requesterId: id };
    const { count } = await this.database.client.followRequest.deleteMany({ where });
    if (count === 0) throw new Problem('FOLLOW_REQUEST_NOT_FOUND', 'They have not asked to follow you.');
  }
}

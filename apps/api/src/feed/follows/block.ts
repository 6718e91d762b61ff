import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { Caller } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson } from '../../users/people/find-person.js';
import { lockTies, untie } from './ties.js';

/** Shuts two people off from each other: neither sees, follows, mentions or likes the other, from now on. */
@Injectable()
export class Block {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
  ) {}

  /** @throws Problem USER_NOT_FOUND, OWN_PROFILE */
  async begin(name: string, caller: Caller): Promise<void> {
    const { id } = await this.findPerson.run(name, caller);
    const me = caller.userId;
    if (id === me) throw new Problem('OWN_PROFILE', 'Nobody blocks themselves.');
    await this.database.transaction(async (tx) => {
      await lockTies(tx, me, id);
      // Since they were found. Of two who block each other neither would be there for the other to take it back.
      const isBlocked = { blockerId: id, blockedId: me };
      if ((await tx.block.count({ where: isBlocked })) > 0)
        throw new Problem('USER_NOT_FOUND', 'There is nobody of this name.');
      await tx.$executeRaw`
        INSERT INTO blocks (blocker_id, blocked_id) VALUES (${me}::uuid, ${id}::uuid) ON CONFLICT DO NOTHING`;
      await untie(tx, me, id);
      await untie(tx, id, me);
    });
  }

  /** @throws Problem USER_NOT_FOUND */
  async end(name: string, caller: Caller): Promise<void> {
    const { id } = await this.findPerson.run(name, caller);
    await this.database.client.block.deleteMany({ where: { blockerId: caller.userId, blockedId: id } });
  }
}

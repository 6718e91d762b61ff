import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import type { Caller, Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import { mayManage } from './list-api-keys.js';

/** Ends a key. Each request asks the database for its key, so that every process refuses it from then on. */
@Injectable()
export class RevokeApiKey {
  constructor(private readonly database: Database) {}

  /** @throws Problem API_KEY_NOT_FOUND, also for the second of two at once */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    await this.database.transaction(async (tx) => {
      const where = { id, ...mayManage(caller) };
      const key = await tx.apiKey.findFirst({ where, select: { name: true, prefix: true } });
      const { count } = await tx.apiKey.deleteMany({ where });
      if (!key || count === 0) throw new Problem('API_KEY_NOT_FOUND', 'There is no such API key.');
      const subject = { type: 'api-key', id } as const;
      await recordAudit(tx, { action: 'api-key.revoked', actor: caller, subject, payload: key }, origin);
    });
  }
}

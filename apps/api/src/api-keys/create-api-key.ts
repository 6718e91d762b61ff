import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import { reaches, type AccessLevel, type Caller, type KeyScope, type Origin } from '../http/access.js';
import { answerIn } from '../idempotency/answer-in.js';
import { Problem } from '../problem/problem.js';
import { mintApiKey } from './api-key-text.js';
import { toApiKeyView, type CreateApiKeyInput, type CreatedApiKey } from './api-key.schema.js';

/** What its maker has to be in the tenant to give a key a scope. */
const LEVEL_OF_SCOPE = {
  read: 'viewer',
  upload: 'editor',
  delete: 'editor',
  admin: 'owner',
} as const satisfies Record<KeyScope, AccessLevel>;

/** Makes a key that can do no more than the one who makes it. */
@Injectable()
export class CreateApiKey {
  constructor(private readonly database: Database) {}

  /** @throws Problem FORBIDDEN */
  async run(input: CreateApiKeyInput, caller: Caller, origin: Origin): Promise<CreatedApiKey> {
    refuseMore(input.scopes, caller);
    const { text, prefix, hash } = mintApiKey();
    const key = {
      id: uuidv7(),
      tenantId: caller.tenantId,
      userId: caller.userId,
      name: input.name,
      prefix,
      scopes: input.scopes,
      expiresAt: input.expiresAt === undefined ? null : new Date(input.expiresAt),
    };
    return this.database.transaction(async (tx) => {
      const subject = { type: 'api-key', id: key.id } as const;
      const payload = { name: key.name, prefix, scopes: key.scopes.join(' '), expiresAt: input.expiresAt ?? null };
      await recordAudit(tx, { action: 'api-key.created', actor: caller, subject, payload }, origin);
      const data = { ...key, hash: new Uint8Array(hash) };
      const created = await tx.apiKey.create({ data, omit: { hash: true, tenantId: true } });
      const answer = { ...toApiKeyView(created), key: text };
      await answerIn(tx, 201, () => answer);
      return answer;
    });
  }
}

function refuseMore(scopes: readonly KeyScope[], caller: Caller): void {
  const beyond = scopes.filter((scope) => !reaches(caller, LEVEL_OF_SCOPE[scope]));
  if (beyond.length === 0) return;
  throw new Problem('FORBIDDEN', `A key cannot do more than its maker: leave out ${beyond.join(', ')}.`, {
    errors: [{ detail: `not for your role: ${beyond.join(', ')}`, pointer: '#/scopes' }],
  });
}

import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { Database, type Transaction } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import type { Origin } from '../http/access.js';
import { Problem } from '../problem/problem.js';
import type { RegisterInput, SignedIn } from './auth.schema.js';
import { Passwords } from './passwords.js';
import { OpenSession } from './sessions/open-session.js';

/** Makes a tenant, its first account, and signs it in: all or nothing. */
@Injectable()
export class Register {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
  ) {}

  /** @throws Problem EMAIL_TAKEN, USERNAME_TAKEN, OVERLOADED */
  async run(input: RegisterInput, origin: Origin): Promise<SignedIn> {
    const passwordHash = await this.passwords.hash(input.password);
    try {
      return await this.database.transaction((tx) => this.create(tx, input, passwordHash, origin));
    } catch (error) {
      throw toTaken(error) ?? error;
    }
  }

  private async create(
    tx: Transaction,
    { email, username }: RegisterInput,
    passwordHash: string,
    origin: Origin,
  ): Promise<SignedIn> {
    const tenantId = uuidv7();
    const name = username ?? email.slice(0, email.indexOf('@'));
    await tx.tenant.create({ data: { id: tenantId, name }, select: { id: true } });
    const user = await tx.user.create({ data: { id: uuidv7(), tenantId, email, username, passwordHash } });
    const actor = { userId: user.id, tenantId };
    await recordAudit(tx, { action: 'auth.register', actor, subject: { type: 'user', id: user.id } }, origin);
    return this.openSession.run(tx, user, origin);
  }
}

/** What the driver says of a violated unique constraint; its name tells which value was taken. */
const violation = z.object({
  code: z.literal('P2002'),
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ constraint: z.object({ index: z.string() }) }) }),
  }),
});

function toTaken(error: unknown): Problem | null {
  const { data } = violation.safeParse(error);
  switch (data?.meta.driverAdapterError.cause.constraint.index) {
    case 'users_email_key':
      return new Problem('EMAIL_TAKEN', 'There is an account with this e-mail; sign in instead.', {
        errors: [{ detail: 'taken', pointer: '#/email' }],
      });
    case 'users_username_key':
      return new Problem('USERNAME_TAKEN', 'The username is taken; choose another.', {
        errors: [{ detail: 'taken', pointer: '#/username' }],
      });
    default:
      return null;
  }
}

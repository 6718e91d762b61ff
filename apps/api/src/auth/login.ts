import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { recordAudit } from '../audit/record.js';
import type { Origin } from '../http/access.js';
import type { Problem } from '../problem/problem.js';
import type { LoginInput, SignedIn } from './auth.schema.js';
import { unauthorized } from './challenge.js';
import { Passwords } from './passwords.js';
import { OpenSession } from './sessions/open-session.js';

/** Signs an account in. An unknown e-mail and a wrong password are answered alike, after the same work. */
@Injectable()
export class Login {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
  ) {}

  /** @throws Problem INVALID_CREDENTIALS, OVERLOADED */
  async run({ email, password }: LoginInput, origin: Origin): Promise<SignedIn> {
    const user = await this.database.client.user.findFirst({ where: { email } });
    const matches = await this.passwords.matches(password, user?.passwordHash);
    const subject = user ? { type: 'user' as const, id: user.id } : undefined;
    if (!user || !matches) {
      // The e-mail as well: there is no account to look it up by when it was mistyped.
      await recordAudit(this.database.client, { action: 'auth.login-failed', subject, payload: { email } }, origin);
      throw wrong();
    }
    return this.database.transaction(async (tx) => {
      // Whoever changes the password meanwhile, or ends the account, ends the sessions that there are: not this one. With
      // the row locked, either it is not as it was, or they wait and find the session.
      const [still] = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM users WHERE id = ${user.id}::uuid AND password_hash = ${user.passwordHash} FOR SHARE`;
      if (!still) throw wrong();
      const actor = { userId: user.id, tenantId: user.tenantId };
      await recordAudit(tx, { action: 'auth.login', actor, subject }, origin);
      return this.openSession.run(tx, user, origin);
    });
  }
}

const wrong = (): Problem => unauthorized('INVALID_CREDENTIALS', 'E-mail or password is wrong.');

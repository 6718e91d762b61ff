import { randomUUID } from 'node:crypto';
import { Account, ask, type Answer } from './account.js';

export type TenantRole = 'OWNER' | 'EDITOR' | 'VIEWER';

/** The body of a registration, for whoever holds `token`. */
export const registration = (email: string, invitationToken?: string) => ({
  email,
  password: 'correct horse',
  ...(invitationToken !== undefined && { invitationToken }),
});

/** Invites a new address into the tenant of `owner`. */
export async function invite(
  owner: Account,
  role: TenantRole,
  email = `${randomUUID()}@example.com`,
): Promise<{ id: string; email: string; token: string }> {
  const answer = await owner.ask<{ id: string; token: string }>('POST', '/tenant/invitations', { email, role });
  if (answer.status !== 201) throw new Error(`invite: ${answer.status} ${JSON.stringify(answer.body)}`);
  return { email, id: answer.body.id, token: answer.body.token };
}

export const register = (url: string, email: string, token?: string): Promise<Answer<{ accessToken: string }>> =>
  ask<{ accessToken: string }>(url, 'POST', '/auth/register', registration(email, token));

/** A new member of the tenant of `owner`, who was invited and has registered. */
export async function newMember(owner: Account, role: TenantRole): Promise<Account> {
  const { email, token } = await invite(owner, role);
  const answer = await register(owner.url, email, token);
  if (answer.status !== 201) throw new Error(`join: ${answer.status} ${JSON.stringify(answer.body)}`);
  return new Account(owner.url, answer.body.accessToken, email);
}

export interface Me {
  id: string;
  tenantId: string;
  tenantRole: TenantRole;
}

export const whoIs = async (account: Account): Promise<Me> => (await account.ask<Me>('GET', '/users/me')).body;

/** A program with a key of `maker`'s. */
export async function withKey(maker: Account, scopes: string[], told: { expiresAt?: string } = {}): Promise<Program> {
  const answer = await maker.ask<{ id: string; key: string }>('POST', '/api-keys', {
    name: 'program',
    scopes,
    ...told,
  });
  if (answer.status !== 201) throw new Error(`key: ${answer.status} ${JSON.stringify(answer.body)}`);
  return new Program(maker.url, answer.body.key, answer.body.id);
}

export class Program extends Account {
  constructor(
    url: string,
    key: string,
    readonly keyId: string,
  ) {
    super(url, key, 'a program');
  }
}

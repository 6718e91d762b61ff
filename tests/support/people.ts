import { randomBytes } from 'node:crypto';
import { Account, signUp } from './account.js';
import { whoIs } from './members.js';

/** Somebody with a username, in a tenant of their own. */
export class Somebody extends Account {
  constructor(
    account: Account,
    readonly id: string,
    readonly username: string,
  ) {
    super(account.url, account.accessToken, account.email);
  }

  override at(url: string): Somebody {
    return new Somebody(super.at(url), this.id, this.username);
  }

  /** @throws Error when it is not answered with `status` */
  async does<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    status = 200,
  ): Promise<Body> {
    const answer = await this.ask<Body>(method, path, body);
    if (answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}, not ${status}`);
    return answer.body;
  }

  follow(other: Somebody): Promise<Record<string, unknown>> {
    return this.does('PUT', `/users/${other.username}/follow`);
  }
}

export async function somebody(url: string, name = 'somebody'): Promise<Somebody> {
  const account = await signUp(url);
  const username = `${name}-${randomBytes(4).toString('hex')}`;
  const { status, body } = await account.ask('PATCH', '/users/me', { username });
  if (status !== 200) throw new Error(`username: ${status} ${JSON.stringify(body)}`);
  return new Somebody(account, (await whoIs(account)).id, username);
}

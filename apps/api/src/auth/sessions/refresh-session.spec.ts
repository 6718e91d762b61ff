import { JwtService } from '@nestjs/jwt';
import { v7 as uuidv7 } from 'uuid';
import { loadSettings } from '#libs/config/settings.js';
import type { Database } from '#libs/database/database.js';
import type { User } from '#libs/database/generated/client.js';
import { createDatabase, type TestDatabase } from '../../../../../tests/support/database.js';
import { until } from '../../../../../tests/support/until.js';
import { openDatabase } from '../../../../../tests/support/open-database.js';
import { AccessTokens } from '../access/access-tokens.js';
import { OpenSession } from './open-session.js';
import { mintRefreshToken } from './refresh-token.js';
import { RefreshSession } from './refresh-session.js';

const DAY = 24 * 3600;
/** Longer than tests take, however busy the machine is; what is later is made older. */
const GRACE = 600;
const WAITS = `
  SELECT count(*) > 0 AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

const origin = { ip: '192.0.2.1', userAgent: 'test', requestId: 'request' };

let server: TestDatabase;
let database: Database;
let user: User;
let openSession: OpenSession;
let refreshSession: RefreshSession;

beforeAll(async () => {
  server = await createDatabase();
  const settings = loadSettings({
    DATABASE_URL: server.url,
    JWT_SECRET: 'j'.repeat(32),
    URL_SIGNING_SECRET: 'u'.repeat(32),
    REFRESH_TOKEN_TTL_SECONDS: String(7 * DAY),
    REFRESH_REUSE_GRACE_SECONDS: String(GRACE),
  });
  database = openDatabase(server.url, 10);
  const accessTokens = new AccessTokens(new JwtService({ secret: settings.JWT_SECRET }), settings);
  openSession = new OpenSession(accessTokens, settings);
  refreshSession = new RefreshSession(database, accessTokens, settings);
  const tenant = await database.client.tenant.create({ data: { id: uuidv7(), name: 'test' } });
  const account = { id: uuidv7(), tenantId: tenant.id, email: 'ada@example.com', passwordHash: 'none' };
  user = await database.client.user.create({ data: account });
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

const signIn = async (): Promise<string> =>
  (await database.transaction((tx) => openSession.run(tx, user, origin))).refreshToken ?? '';

const refresh = async (token: string): Promise<string> => (await refreshSession.run(token, origin)).refreshToken ?? '';

const idOf = (token: string): string => token.split('.')[0] ?? '';

const familyOf = async (token: string) =>
  database.client.refreshToken.findUniqueOrThrow({
    where: { id: idOf(token) },
    include: { session: { include: { refreshTokens: true } } },
  });

/** Makes everything about a token's session look so many seconds older. */
async function age(token: string, seconds: number): Promise<void> {
  const { sessionId } = await familyOf(token);
  await database.client.$executeRaw`
    UPDATE sessions SET expires_at = expires_at - make_interval(secs => ${seconds}) WHERE id = ${sessionId}::uuid`;
  await database.client.$executeRaw`
    UPDATE refresh_tokens SET created_at = created_at - make_interval(secs => ${seconds}),
      used_at = used_at - make_interval(secs => ${seconds}) WHERE session_id = ${sessionId}::uuid`;
}

const auditOf = async (action: string, subjectId: string): Promise<number> =>
  database.client.auditLog.count({ where: { action, subjectId } });

describe('a refresh token', () => {
  it('is kept as a hash only', async () => {
    const token = await signIn();
    const rows = await database.query<{ text: string }>('all', 'SELECT t::text AS text FROM refresh_tokens t', []);
    expect(rows.some(({ text }) => text.includes(idOf(token)))).toBe(true);
    expect(rows.some(({ text }) => text.includes(token.split('.')[1] ?? ''))).toBe(false);
  });

  it('is exchanged for a successor, and the session lives on from then', async () => {
    const token = await signIn();
    await age(token, 6 * DAY);
    const before = await familyOf(token);
    const successor = await refresh(token);
    const after = await familyOf(successor);
    expect(after.sessionId).toBe(before.sessionId);
    expect(after.session.expiresAt.getTime() - before.session.expiresAt.getTime()).toBeGreaterThan(5.9 * DAY * 1000);
    expect((await familyOf(token)).usedAt).not.toBeNull();
  });

  it('shown again within the grace time gets another successor, and both live on', async () => {
    const token = await signIn();
    const [one, other] = [await refresh(token), await refresh(token)];
    await expect(Promise.all([refresh(one), refresh(other)])).resolves.toHaveLength(2);
  });

  it('has its grace time since its first use, not its last', async () => {
    const token = await signIn();
    await refresh(token);
    await age(token, GRACE / 2);
    await refresh(token);
    await age(token, GRACE / 2 + 1);
    await expect(refresh(token)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_REUSED' });
  });

  it('shown again later ends the whole family, once', async () => {
    const token = await signIn();
    const successor = await refresh(token);
    const { sessionId } = await familyOf(token);
    await age(token, GRACE + 1);
    await expect(refresh(token)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_REUSED' });
    await expect(refresh(successor)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    await expect(refresh(token)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_REUSED' });
    expect(await auditOf('auth.refresh-reused', sessionId)).toBe(1);
    expect((await familyOf(token)).session.revokedAt).not.toBeNull();
  });

  it('leaves other sessions of the account alone when its own ends', async () => {
    const [stolen, other] = [await signIn(), await signIn()];
    await refresh(stolen);
    await age(stolen, GRACE + 1);
    await expect(refresh(stolen)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_REUSED' });
    await expect(refresh(other)).resolves.toEqual(expect.any(String));
  });

  it('expires when it was not used for its lifetime', async () => {
    const token = await signIn();
    await age(token, 7 * DAY + 1);
    await expect(refresh(token)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_EXPIRED' });
    expect((await familyOf(token)).session.revokedAt).toBeNull();
  });

  it('with a wrong secret is refused and ends nothing', async () => {
    const token = await signIn();
    const forged = `${idOf(token)}.${mintRefreshToken().text.split('.')[1]}`;
    await expect(refresh(forged)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID', status: 401 });
    await expect(refresh(mintRefreshToken().text)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    await expect(refresh(token)).resolves.toEqual(expect.any(String));
  });

  it('shown ten times at once gets ten successors of one family, each of them good', async () => {
    const token = await signIn();
    const successors = await Promise.all(Array.from({ length: 10 }, () => refresh(token)));
    expect(new Set(successors).size).toBe(10);
    const { session } = await familyOf(token);
    expect(session.refreshTokens).toHaveLength(11);
    await expect(Promise.all(successors.map(refresh))).resolves.toHaveLength(10);
  });

  it('shown again at the same moment as its successor leaves one verdict: the family has ended', async () => {
    const token = await signIn();
    const successor = await refresh(token);
    await age(token, GRACE + 1);
    const [reused, , again] = await Promise.allSettled([refresh(token), refresh(successor), refresh(token)]);
    for (const outcome of [reused, again])
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'REFRESH_TOKEN_REUSED' } });
    const { session } = await familyOf(token);
    expect(session.revokedAt).not.toBeNull();
    expect(await auditOf('auth.refresh-reused', session.id)).toBe(1);
  });

  it('is worthless when its session is ended at the same moment', async () => {
    const token = await signIn();
    const { sessionId } = await familyOf(token);
    const verdict = await database.transaction(async (tx) => {
      await tx.session.update({ where: { id: sessionId }, data: { revokedAt: new Date() } });
      const refused = refresh(token).catch((error: unknown) => error);
      await until(
        () => database.query<{ waits: boolean }>('waits', WAITS, []),
        ([row]) => row?.waits === true,
      );
      return { refused };
    });
    await expect(verdict.refused).resolves.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    expect((await familyOf(token)).session.refreshTokens).toHaveLength(1);
  });

  it('that has outlived its lifetime is removed when a sibling is exchanged', async () => {
    const token = await signIn();
    const [used, unused] = [await refresh(token), await refresh(token)];
    await age(token, 4 * DAY);
    const next = await refresh(used);
    await age(token, 4 * DAY);
    await refresh(next);
    const { session } = await familyOf(next);
    const left = session.refreshTokens.map(({ id }) => id);
    expect(left).toHaveLength(2);
    expect(left).toContain(idOf(next));
    await expect(refresh(unused)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
  });
});

import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '#libs/database/database.js';
import { withinTenant } from '#libs/database/wall/tenant-scope.js';
import { recordEvents } from '#libs/events/record.js';
import { createDatabase, type TestDatabase } from '../../../../../tests/support/database.js';
import { openDatabase } from '../../../../../tests/support/open-database.js';
import { recordAudits } from '../../audit/record.js';
import type { Caller } from '../../http/access.js';
import { TrashAssets } from './trash-assets.js';

let server: TestDatabase;
let database: Database;
const caller: Caller = {
  ...{ userId: uuidv7(), tenantId: uuidv7(), role: 'USER', tenantRole: 'EDITOR' },
  ...{ sessionId: null, key: null },
};
const origin = { ip: '127.0.0.1', userAgent: null, requestId: 'trash' };

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

async function addFiles(resourceId: string, count: number): Promise<void> {
  await database.client.$executeRaw`
    INSERT INTO assets (id, tenant_id, owner_id, object_key, filename, mime_type, kind, size, resource, resource_id)
    SELECT gen_random_uuid(), ${caller.tenantId}::uuid, ${caller.userId}::uuid, gen_random_uuid()::text, i || '.jpg',
      'image/jpeg', 'IMAGE', 1, 'product', ${resourceId}
    FROM generate_series(1, ${count}::int) AS i`;
}

/** Puts all files of a thing into the trash; returns how many they were, and the statements that it took. */
async function trash(resourceId: string): Promise<{ deleted: number; statements: number }> {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  try {
    const deleted = await withinTenant(caller.tenantId, () =>
      new TrashAssets(database).of('product', resourceId, caller, origin),
    );
    return { deleted, statements: spy.mock.calls.length };
  } finally {
    spy.mockRestore();
  }
}

it('all files of a thing take as few statements as one, and each is written down', async () => {
  await addFiles('few', 1);
  await addFiles('many', 200);
  const few = await trash('few');
  const many = await trash('many');
  expect([few.deleted, many.deleted]).toEqual([1, 200]);
  expect(many.statements).toBe(few.statements);
  const assets = await database.client.asset.findMany({ where: { resourceId: 'many' } });
  expect(assets.filter(({ deletedAt }) => deletedAt === null)).toEqual([]);
  for (const { id, filename } of assets) {
    const audit = await database.client.auditLog.findMany({ where: { subjectId: id } });
    expect(audit).toMatchObject([
      {
        action: 'asset.deleted',
        actorId: caller.userId,
        tenantId: caller.tenantId,
        payload: { filename },
        ip: '127.0.0.1',
      },
    ]);
  }
  const events = await database.client.event.findMany({ where: { subjectId: { in: assets.map(({ id }) => id) } } });
  expect(events.filter(({ type }) => type === 'asset.deleted')).toHaveLength(200);
});

it('a thing without files is none', async () => {
  expect((await trash('none')).deleted).toBe(0);
});

it('as many can be written down at once as there are', async () => {
  const ids = Array.from({ length: 7_000 }, () => uuidv7());
  const { tenantId } = caller;
  const audit = ids.map((id) => ({ action: 'asset.deleted' as const, subject: { type: 'asset' as const, id } }));
  await recordAudits(database.client, audit, { ...origin, requestId: 'many' });
  const payload = { filename: 'a.jpg' };
  const events = ids.map((subjectId) => ({ type: 'asset.deleted' as const, tenantId, subjectId, payload }));
  await recordEvents(database.client, events);
  expect(await database.client.auditLog.count({ where: { requestId: 'many' } })).toBe(7_000);
  expect(await database.client.event.count({ where: { subjectId: { in: ids.slice(-10) } } })).toBe(10);
});

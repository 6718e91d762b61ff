import { randomUUID } from 'node:crypto';
import { createDatabase, type TestDatabase } from '../../../tests/support/database.js';
import { Rows } from '../../../tests/support/rows.js';
import { openDatabase } from '../../../tests/support/open-database.js';
import type { Database } from '../database.js';
import { acrossTenants, confineToTenant, enterTenantScope, withinTenant } from './tenant-scope.js';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createDatabase();
  database = openDatabase(server.url);
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

const SELECT = 'SELECT id FROM assets WHERE id = $1';
const SCOPED = 'SELECT id FROM assets WHERE id = $1 AND tenant_id = $2';

describe('on behalf of a tenant', () => {
  it('what names it passes, by Prisma, in a transaction, and in SQL', async () => {
    const rows = new Rows(database);
    const { id, tenantId } = await rows.asset();
    await withinTenant(tenantId, async () => {
      expect(await database.client.asset.findFirst({ where: { id, tenantId } })).toMatchObject({ id });
      expect(await database.query('scoped', SCOPED, [id, tenantId])).toEqual([{ id }]);
      await database.transaction(async (tx) => {
        await tx.asset.update({ where: { id, tenantId }, data: { filename: 'b.jpg' } });
        await tx.$executeRaw`UPDATE assets SET filename = 'c.jpg' WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid`;
      });
    });
    expect(await database.client.asset.findUnique({ where: { id } })).toMatchObject({ filename: 'c.jpg' });
  });

  it('what forgets it, or names another, is stopped before it is sent', async () => {
    const { id, tenantId } = await new Rows(database).asset();
    const another = randomUUID();
    const forgetful = [
      () => database.client.asset.findUnique({ where: { id } }),
      () => database.client.asset.findMany({}),
      () => database.client.asset.deleteMany({ where: { id } }),
      () => database.client.asset.findFirst({ where: { id, tenantId: another } }),
      () => database.query('select', SELECT, [id]),
      () => database.query('scoped', SCOPED, [id, another]),
      () => database.transaction((tx) => tx.asset.update({ where: { id }, data: { filename: 'stolen' } })),
      () => database.transaction((tx) => tx.$executeRaw`DELETE FROM assets WHERE id = ${id}::uuid`),
      () =>
        database.client.asset.create({
          data: {
            id: randomUUID(),
            tenantId: another,
            ownerId: id,
            objectKey: 'k',
            filename: 'f',
            mimeType: 'm',
            kind: 'OTHER',
            size: 1,
          },
        }),
    ];
    for (const ask of forgetful)
      await expect(withinTenant(tenantId, async () => ask())).rejects.toThrow(`made for tenant ${tenantId}`);
    expect(await database.client.asset.findUnique({ where: { id } })).toMatchObject({ filename: 'a.jpg' });
  });

  it('acrossTenants is the one way through, and ends with its call', async () => {
    const { id, tenantId } = await new Rows(database).asset();
    await withinTenant(tenantId, async () => {
      expect(await acrossTenants(() => database.query('select', SELECT, [id]))).toEqual([{ id }]);
      await expect(database.query('select', SELECT, [id])).rejects.toThrow('made for tenant');
    });
  });

  it('requests that wait for one connection keep their own tenant', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => new Rows(database).asset()));
    await Promise.all(
      all.map(({ id, tenantId }) =>
        withinTenant(tenantId, async () => {
          for (let round = 0; round < 5; round++) {
            expect(await database.query('scoped', SCOPED, [id, tenantId])).toEqual([{ id }]);
            expect(await database.client.asset.findFirst({ where: { id, tenantId } })).toMatchObject({ id });
          }
        }),
      ),
    );
  });
});

it('a request is nobody’s until it is known whose it is; the worker’s statements are never confined', async () => {
  const { id, tenantId } = await new Rows(database).asset();
  await expect(database.query('select', SELECT, [id])).resolves.toHaveLength(1);
  await withinTenant('', async () => {
    enterTenantScope();
    await expect(database.query('select', SELECT, [id])).resolves.toHaveLength(1);
    confineToTenant(tenantId);
    await expect(database.query('select', SELECT, [id])).rejects.toThrow('made for tenant');
  });
});

import { randomUUID } from 'node:crypto';
import type { Database } from '#libs/database/database.js';
import { createDatabase, type TestDatabase } from '../../../../tests/support/database.js';
import { plansOf } from '../../../../tests/support/plans.js';
import { openDatabase } from '../../../../tests/support/open-database.js';
import { encodeCursor } from '../http/page.js';
import { auditListQuery } from './audit.schema.js';
import { ListAudit } from './list-audit.js';

const ROWS = 50_000;
const MINUTE = 60_000;

describe('the list of the audit log', () => {
  let server: TestDatabase;
  let database: Database;
  let listAudit: ListAudit;
  const actor = randomUUID();

  beforeAll(async () => {
    server = await createDatabase();
    database = openDatabase(server.url);
    listAudit = new ListAudit(database);
    await database.client.$executeRaw`
      INSERT INTO audit_logs (id, at, actor_id, action, subject_type, subject_id)
      SELECT gen_random_uuid(), now() - i * interval '1 minute',
        CASE WHEN i % 100 = 0 THEN ${actor}::uuid ELSE gen_random_uuid() END,
        CASE WHEN i % 3 = 0 THEN 'auth.login' ELSE 'upload.completed' END, 'asset', 'asset-' || i
      FROM generate_series(1, ${ROWS}::int) AS i`;
    await database.client.$executeRaw`ANALYZE audit_logs`;
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const middle = new Date(Date.now() - (ROWS / 2) * MINUTE);
  const cursor = encodeCursor({ at: middle, id: randomUUID() });

  it.each([
    ['all of it', {}],
    ['what is further on', { cursor }],
    ['by actor', { actor }],
    ['by actor, further on', { actor, cursor }],
    ['by action', { action: 'auth.login' }],
    ['by subject', { subject: 'asset-4711' }],
    ['by time', { from: new Date(middle.getTime() - 60 * MINUTE).toISOString(), to: middle.toISOString() }],
    ['by time, further on', { from: new Date(0).toISOString(), cursor }],
  ])('reads no more rows than it shows: %s', async (_name, query) => {
    const [plan, ...others] = await plansOf(database, 'audit_logs', () => listAudit.run(auditListQuery.parse(query)));
    expect(others).toEqual([]);
    expect(plan?.nodes).toEqual(['Limit', expect.stringMatching(/^Index Scan audit_logs_/)]);
  });
});

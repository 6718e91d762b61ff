import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { loadSettings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { TENANT_TABLES } from '#libs/database/wall/statement.js';
import { createLogger } from '#libs/telemetry/logger.js';
import { createDatabase, type TestDatabase } from '../../../../../tests/support/database.js';
import { formBytes } from '../../../../../tests/support/form.js';
import { Rows } from '../../../../../tests/support/rows.js';
import { createApp } from '../../create-app.js';
import { reaches } from '../../http/access.js';
import { RoutePolicies, type RoutePolicy } from './route-policies.js';

/** Of the tenant that is to be left alone. */
interface Theirs {
  tenantId: string;
  userId: string;
  assetId: string;
  uploadId: string;
  jobId: string;
  keyId: string;
  sessionId: string;
  invitationId: string;
}

interface Attempt {
  /** Whose id stands in the path. */
  id?: keyof Theirs;
  /** A body that would do something, were it one's own. */
  body?: (theirs: Theirs) => object;
  query?: string;
  form?: true;
  /** People see each other across tenants: what happens is between them, and none of what a tenant has. */
  amongPeople?: true;
  /** Its body names what is theirs. */
  refused?: 404;
  /** It says of each id that was named what became of it: that there is no such thing. */
  echoes?: keyof Theirs;
}

/** How somebody would reach for another tenant by each route. A new route is added here, or the test fails. */
const ATTEMPTS: Record<string, Attempt> = {
  'DELETE /users/:username/block': { id: 'userId', amongPeople: true },
  'DELETE /users/:username/follow': { id: 'userId', amongPeople: true },
  'DELETE /users/me/avatar': {},
  'DELETE /users/me/follow-requests/:username': { id: 'userId' },
  'DELETE /posts/:id': { id: 'assetId' },
  'DELETE /posts/:id/like': { id: 'assetId' },
  'GET /people': { query: '?q=a' },
  'GET /posts': {},
  'GET /posts/:id': { id: 'assetId' },
  'GET /timeline': {},
  'GET /users': {},
  'GET /users/:username': { id: 'userId', amongPeople: true },
  'GET /users/:username/followers': { id: 'userId', amongPeople: true },
  'GET /users/:username/following': { id: 'userId', amongPeople: true },
  'GET /users/me/blocks': {},
  'GET /users/me/follow-requests': {},
  'PATCH /posts/:id': { id: 'assetId', body: () => ({ text: 'Mine' }) },
  'POST /posts': { body: ({ assetId }) => ({ assetIds: [assetId] }), refused: 404 },
  'PUT /posts/:id/like': { id: 'assetId' },
  'PATCH /users/me': { body: () => ({ bio: 'Mine' }) },
  'PUT /users/:username/follow': { id: 'userId', amongPeople: true },
  'PUT /users/:username/block': { id: 'userId', amongPeople: true },
  'PUT /users/me/avatar': { body: ({ assetId }) => ({ assetId }), refused: 404 },
  'PUT /users/me/follow-requests/:username': { id: 'userId' },
  'PUT /users/me/password': { body: () => ({ password: 'correct horse', newPassword: 'correct horse' }) },
  'DELETE /api-keys/:id': { id: 'keyId' },
  'DELETE /assets/:id': { id: 'assetId' },
  'DELETE /assets/:id/captions/:language': { id: 'assetId' },
  'DELETE /assets/:id/location': { id: 'assetId' },
  'DELETE /assets/by-resource/:resource/:resourceId': {},
  'DELETE /auth/sessions/:id': { id: 'sessionId' },
  'DELETE /jobs/:id': { id: 'jobId' },
  'DELETE /playbacks': { query: '?sessionId=00000000-0000-7000-8000-000000000000' },
  // Done, whatever there was to do.
  'DELETE /playbacks/:id': {},
  'DELETE /tenant/invitations/:id': { id: 'invitationId' },
  'DELETE /tenant/members/:id': { id: 'userId' },
  'GET /admin/tenants': {},
  'GET /admin/tenants/:id': { id: 'tenantId' },
  'GET /api-keys': {},
  'GET /assets': {},
  'GET /assets/:id': { id: 'assetId' },
  'GET /assets/:id/captions': { id: 'assetId' },
  'GET /assets/:id/download': { id: 'assetId' },
  'GET /assets/by-resource/:resource/:resourceId': {},
  'GET /audit': {},
  'GET /auth/sessions': {},
  'GET /jobs': {},
  'GET /jobs/:id': { id: 'jobId' },
  'GET /jobs/stats': {},
  'GET /notifications': {},
  'GET /playbacks': {},
  'GET /queues': {},
  'GET /stats/access': { query: '?groupBy=asset' },
  'GET /stats/assets': { query: '?groupBy=kind' },
  'GET /tenant': {},
  'GET /tenant/invitations': {},
  'GET /tenant/members': {},
  'GET /tenant/usage': {},
  'DELETE /uploads/:id': { id: 'uploadId' },
  'GET /uploads/:id': { id: 'uploadId' },
  'GET /uploads/:id/parts': { id: 'uploadId' },
  'GET /users/me': {},
  'GET /users/me/export': {},
  'POST /users/me/export': {},
  'PATCH /admin/tenants/:id': { id: 'tenantId', body: () => ({ bytes: 1 }) },
  'PATCH /assets/:id': { id: 'assetId', body: () => ({ title: 'Mine' }) },
  'PATCH /tenant': { body: () => ({ name: 'Mine' }) },
  'PATCH /tenant/members/:id': { id: 'userId', body: () => ({ role: 'VIEWER' }) },
  'PATCH /users/:id': { id: 'userId', body: () => ({ role: 'ADMIN' }) },
  'POST /admin/tenants/:id/suspend': { id: 'tenantId' },
  'POST /admin/tenants/:id/unsuspend': { id: 'tenantId' },
  'POST /api-keys': { body: () => ({ name: 'mine', scopes: ['read'] }) },
  'POST /assets/:id/captions': {
    id: 'assetId',
    body: () => ({ language: 'de', label: 'Deutsch', text: 'WEBVTT\n\n00:01.000 --> 00:02.000\nx' }),
  },
  'POST /assets/:id/play': { id: 'assetId' },
  'POST /assets/:id/restore': { id: 'assetId' },
  'POST /assets/:id/variants': { id: 'assetId', body: () => ({ variants: [{ width: 100 }] }) },
  'POST /assets/delete': { body: ({ assetId }) => ({ ids: [assetId], permanent: true }), echoes: 'assetId' },
  'POST /assets/label': { body: ({ assetId }) => ({ ids: [assetId], labels: { a: 'mine' } }), echoes: 'assetId' },
  'POST /assets/reprocess': { body: () => ({}) },
  'POST /assets/restore': { body: ({ assetId }) => ({ ids: [assetId] }), echoes: 'assetId' },
  'POST /assets/search': { body: () => ({}) },
  'POST /events/token': {},
  'POST /jobs/:id/cancel': { id: 'jobId' },
  'POST /jobs/:id/retry': { id: 'jobId' },
  'POST /jobs/retry': { body: () => ({ kind: 'process-asset' }) },
  'POST /playbacks/:id/heartbeat': { id: 'assetId' },
  'POST /queues/:name/pause': {},
  'POST /queues/:name/resume': {},
  'POST /tenant/invitations': { body: () => ({ email: 'new@example.com', role: 'VIEWER' }) },
  'POST /uploads': { form: true },
  'POST /uploads/complete': { body: ({ uploadId }) => ({ uploadId }) },
  'PUT /notifications/:id/read': { id: 'assetId' },
  'PUT /notifications/read': { body: () => ({ upTo: 1 }) },
  'POST /uploads/from-url': { body: () => ({ url: 'https://example.com/a.jpg' }) },
  'POST /uploads/:id/parts': { id: 'uploadId', body: () => ({ parts: [{ number: 1 }] }) },
  'POST /uploads/multipart': { body: () => ({ filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 1 }) },
  'POST /uploads/presign': { body: () => ({ filename: 'a.jpg', contentType: 'image/jpeg', fileSize: 1 }) },
};

/** One's own file, at a thing that is called as theirs is. */
const FORM = formBytes(
  [
    ['resource', 'product'],
    ['resourceId', '1'],
    ['file', { bytes: Buffer.from('a text'), filename: 'a.txt', contentType: 'text/plain' }],
  ],
  'b',
);

/** Routes that end the session that asks. */
const ENDINGS = ['DELETE /users/me', 'POST /auth/logout', 'POST /auth/logout-all'];

describe('another tenant', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-boundary-'));
  let server: TestDatabase;
  let database: Database;
  let app: NestFastifyApplication;
  let routes: RoutePolicy[];
  let theirs: Theirs;

  beforeAll(async () => {
    server = await createDatabase();
    const settings = loadSettings({
      DATABASE_URL: server.url,
      DATA_DIR: directory,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      JWT_SECRET: 'j'.repeat(32),
      URL_SIGNING_SECRET: 'u'.repeat(32),
      BCRYPT_COST: '10',
      LOG_LEVEL: 'silent',
    });
    app = await createApp(settings, createLogger('api', settings));
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    database = app.get(Database);
    routes = app.get(RoutePolicies).list();
    theirs = await makeTheirs();
  });
  afterAll(async () => {
    await app.close();
    await server.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function register(email: string): Promise<{ authorization: string; userId: string; tenantId: string }> {
    const payload = { email, password: 'correct horse' };
    const answer = await app.inject({ method: 'POST', url: '/auth/register', payload });
    const { accessToken, user } = answer.json<{ accessToken: string; user: { id: string; tenantId: string } }>();
    return { authorization: `Bearer ${accessToken}`, userId: user.id, tenantId: user.tenantId };
  }

  async function makeTheirs(): Promise<Theirs> {
    const { authorization, userId, tenantId } = await register('theirs@example.com');
    const rows = new Rows(database, tenantId);
    const [asset, upload] = [await rows.asset({ ownerId: userId }), await rows.upload('WAITING')];
    const { client } = database;
    const job = await client.job.create({
      data: {
        id: uuidv7(),
        kind: 'process-asset',
        tenantId,
        assetId: asset.id,
        fairTag: 0,
        maxAttempts: 1,
        state: 'FAILED',
      },
    });
    const make = async (url: string, payload: object): Promise<string> =>
      (await app.inject({ method: 'POST', url, payload, headers: { authorization } })).json<{ id: string }>().id;
    const keyId = await make('/api-keys', { name: 'theirs', scopes: ['read'] });
    const invitationId = await make('/tenant/invitations', { email: 'guest@example.com', role: 'VIEWER' });
    const { id: sessionId } = await client.session.findFirstOrThrow({ where: { userId } });
    return { tenantId, userId, assetId: asset.id, uploadId: upload.id, jobId: job.id, keyId, sessionId, invitationId };
  }

  /** Every row of theirs, as it is. */
  async function snapshot(): Promise<string[]> {
    const rows: string[] = [];
    for (const table of TENANT_TABLES)
      for (const { row } of await database.query<{ row: string }>(
        `snapshot-${table}`,
        `SELECT '${table} ' || t::text AS row FROM ${table} t WHERE tenant_id = $1 ORDER BY 1`,
        [theirs.tenantId],
      ))
        rows.push(row);
    const tenant = `SELECT t::text || s::text AS row FROM tenants t, sessions s WHERE t.id = $1 AND s.user_id = $2`;
    for (const { row } of await database.query<{ row: string }>('snapshot-rest', tenant, [
      theirs.tenantId,
      theirs.userId,
    ]))
      rows.push(row);
    return rows;
  }

  const name = ({ method, path: address }: RoutePolicy): string => `${method} ${address}`;

  it('is reached for by every route of the application', () => {
    const asked = routes.filter(({ access }) => access?.level !== 'public').map(name);
    expect(Object.keys(ATTEMPTS).sort()).toEqual(asked.filter((route) => !ENDINGS.includes(route)).sort());
  });

  describe.each(['VIEWER', 'EDITOR', 'OWNER'] as const)('to an %s of this one', (tenantRole) => {
    it('is unknown: nothing of it is shown, and nothing of it changes', async () => {
      const mine = await register(`${tenantRole.toLowerCase()}@example.com`);
      await database.client.user.update({ where: { id: mine.userId }, data: { tenantRole } });
      const before = await snapshot();
      const secrets = Object.values(theirs);
      for (const [route, { id, body, form, query = '', amongPeople, refused, echoes }] of Object.entries(ATTEMPTS)) {
        const [method = '', address = ''] = route.split(' ');
        const used = id === undefined ? 'process-asset' : theirs[id];
        const answer = await app.inject({
          method: method as 'GET',
          url: address.replace(/:\w+/g, used) + query,
          headers: {
            authorization: mine.authorization,
            ...((method === 'PATCH' || method === 'DELETE') && { 'if-match': '"1"' }),
            ...(form && { 'content-type': 'multipart/form-data; boundary=b' }),
          },
          ...(body && { payload: body(theirs) }),
          ...(form && { payload: FORM }),
        });
        const level = routes.find((candidate) => name(candidate) === route)?.access?.level ?? 'public';
        const allowed = reaches({ role: 'USER', tenantRole }, level);
        const status = Math.floor(answer.statusCode / 100) === 2 ? 'done' : answer.statusCode;
        const names = (id !== undefined && !amongPeople) || refused || route === 'POST /uploads/complete';
        expect([route, status]).toEqual([route, !allowed ? 403 : names ? 404 : 'done']);
        if (echoes && allowed) expect([answer.statusCode, answer.json()]).toMatchObject([207, { done: [] }]);
        const known = [used, echoes && theirs[echoes]];
        const shown = secrets.filter((secret) => !known.includes(secret) && answer.payload.includes(secret));
        expect([route, shown]).toEqual([route, []]);
      }
      expect(await snapshot()).toEqual(before);
    });
  });
});

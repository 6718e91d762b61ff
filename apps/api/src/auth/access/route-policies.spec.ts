import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSettings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { createLogger } from '#libs/telemetry/logger.js';
import { createDatabase, type TestDatabase } from '../../../../../tests/support/database.js';
import { createApp } from '../../create-app.js';
import { Access, type AccessLevel, type AccessRule } from '../../http/access.js';
import { RoutePolicies, type RoutePolicy } from './route-policies.js';

/** Every route of the application, by the least role that may call it and the scope that an API key needs there. */
const POLICY = {
  public: [
    'GET /avatars/:userId/:size',
    'GET /events/stream',
    'GET /health',
    'GET /health/ready',
    'GET /images/:signature/:options/:assetId.:format',
    'GET /metrics',
    'GET /playbacks/:id/hls/:token/*',
    'GET /problems',
    'GET /problems/:slug',
    'GET /public/:assetId',
    'GET /public/:assetId/:rendition',
    'POST /auth/login',
    'POST /auth/refresh',
    'POST /auth/register',
  ],
  'viewer, key: read': [
    'GET /assets',
    'GET /assets/:id',
    'GET /assets/:id/captions',
    'GET /assets/:id/download',
    'GET /assets/by-resource/:resource/:resourceId',
    'GET /people',
    'GET /posts',
    'GET /posts/:id',
    'GET /stats/assets',
    'GET /tenant',
    'GET /tenant/members',
    'GET /tenant/usage',
    'GET /timeline',
    'GET /users/:username',
    'GET /users/:username/followers',
    'GET /users/:username/following',
    'GET /users/me',
    'POST /assets/:id/variants',
    'POST /assets/search',
  ],
  'viewer, no key': [
    'DELETE /auth/sessions/:id',
    'DELETE /playbacks',
    'DELETE /playbacks/:id',
    'DELETE /posts/:id/like',
    'DELETE /users/:username/block',
    'DELETE /users/:username/follow',
    'DELETE /users/me',
    'DELETE /users/me/avatar',
    'DELETE /users/me/follow-requests/:username',
    'GET /auth/sessions',
    'GET /notifications',
    'GET /playbacks',
    'GET /users/me/blocks',
    'GET /users/me/export',
    'GET /users/me/follow-requests',
    'PATCH /users/me',
    'POST /assets/:id/play',
    'POST /auth/logout',
    'POST /auth/logout-all',
    'POST /events/token',
    'POST /playbacks/:id/heartbeat',
    'POST /users/me/export',
    'PUT /notifications/:id/read',
    'PUT /notifications/read',
    'PUT /posts/:id/like',
    'PUT /users/:username/block',
    'PUT /users/:username/follow',
    'PUT /users/me/avatar',
    'PUT /users/me/follow-requests/:username',
    'PUT /users/me/password',
  ],
  'viewer, key: admin': ['DELETE /api-keys/:id', 'GET /api-keys', 'POST /api-keys'],
  'viewer, key: upload': ['PATCH /posts/:id', 'POST /posts'],
  'viewer, key: delete': ['DELETE /posts/:id'],
  'editor, key: upload': [
    'DELETE /assets/:id/captions/:language',
    'DELETE /assets/:id/location',
    'DELETE /uploads/:id',
    'GET /uploads/:id',
    'GET /uploads/:id/parts',
    'PATCH /assets/:id',
    'POST /assets/:id/captions',
    'POST /assets/label',
    'POST /uploads',
    'POST /uploads/:id/parts',
    'POST /uploads/complete',
    'POST /uploads/from-url',
    'POST /uploads/multipart',
    'POST /uploads/presign',
  ],
  'editor, key: delete': [
    'DELETE /assets/:id',
    'DELETE /assets/by-resource/:resource/:resourceId',
    'POST /assets/:id/restore',
    'POST /assets/delete',
    'POST /assets/restore',
  ],
  'owner, key: admin': [
    'DELETE /tenant/invitations/:id',
    'DELETE /tenant/members/:id',
    'GET /stats/access',
    'GET /tenant/invitations',
    'PATCH /tenant',
    'PATCH /tenant/members/:id',
    'POST /tenant/invitations',
  ],
  'admin, key: admin': [
    'DELETE /jobs/:id',
    'GET /admin/tenants',
    'GET /admin/tenants/:id',
    'GET /audit',
    'GET /jobs',
    'GET /jobs/:id',
    'GET /jobs/stats',
    'GET /queues',
    'GET /users',
    'PATCH /admin/tenants/:id',
    'PATCH /users/:id',
    'POST /admin/tenants/:id/suspend',
    'POST /admin/tenants/:id/unsuspend',
    'POST /assets/reprocess',
    'POST /jobs/:id/cancel',
    'POST /jobs/:id/retry',
    'POST /jobs/retry',
    'POST /queues/:name/pause',
    'POST /queues/:name/resume',
  ],
};

/** As in POLICY. */
const ruleName = ({ level, scope }: AccessRule): string =>
  level === 'public' ? level : `${level}, ${scope === null ? 'no key' : `key: ${scope}`}`;

/** The routes of the groups whose name begins so. */
const routesOf = (...levels: AccessLevel[]): string[] =>
  Object.entries(POLICY)
    .flatMap(([group, routes]) => (levels.some((level) => group.startsWith(level)) ? routes : []))
    .sort();

describe('who may call what', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'media-inbox-routes-'));
  let server: TestDatabase;
  let app: NestFastifyApplication;
  let routes: RoutePolicy[];

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
    routes = app.get(RoutePolicies).list();
  });
  afterAll(async () => {
    await app.close();
    await server.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const name = ({ method, path: address }: RoutePolicy): string => `${method} ${address}`;
  /** Those of `asked` that refuse whoever asks: a route may have other reasons for the same status. */
  async function refusing(code: string, asked: RoutePolicy[], headers: Record<string, string>): Promise<string[]> {
    const found: string[] = [];
    for (const route of asked) {
      const url = route.path.replace(/:\w+/g, '00000000-0000-7000-8000-000000000000');
      const answer = await app.inject({ method: route.method, url, headers });
      const isProblem = answer.headers['content-type']?.toString().startsWith('application/problem+json');
      if (isProblem && answer.json<{ code: string }>().code === code) found.push(name(route));
    }
    return found.sort();
  }

  it('is stated for every route', () => {
    const stated: Record<string, string[]> = {};
    for (const route of routes) (stated[route.access ? ruleName(route.access) : 'silent'] ??= []).push(name(route));
    for (const group of Object.values(stated)) group.sort();
    expect(stated).toEqual(POLICY);
  });

  it('lets nobody in without a token, but where everybody may', async () => {
    expect(await refusing('UNAUTHENTICATED', routes, {})).toEqual(routesOf('viewer', 'editor', 'owner', 'admin'));
  });

  describe.each([
    ['VIEWER', routesOf('editor', 'owner', 'admin')],
    ['EDITOR', routesOf('owner', 'admin')],
    ['OWNER', routesOf('admin')],
  ] as const)('a member of the tenant who is %s', (tenantRole, forbidden) => {
    it('is forbidden what takes more, and nothing else', async () => {
      const payload = { email: `${tenantRole.toLowerCase()}@example.com`, password: 'correct horse' };
      const registered = await app.inject({ method: 'POST', url: '/auth/register', payload });
      const { accessToken } = registered.json<{ accessToken: string }>();
      const { client } = app.get(Database);
      await client.user.update({ where: { email: payload.email }, data: { tenantRole } });
      // Logging out would end the session that asks.
      const asked = routes.filter(({ path: address }) => !address.startsWith('/auth/'));
      expect(await refusing('FORBIDDEN', asked, { authorization: `Bearer ${accessToken}` })).toEqual(forbidden);
    });
  });
});

describe('a route that does not say who may call it', () => {
  @Controller('gallery')
  class Silent {
    @Get(['open', 'public'])
    @Access('public')
    open(): void {}

    @Get(':id')
    silent(): void {}
  }

  @Module({ imports: [DiscoveryModule], controllers: [Silent], providers: [RoutePolicies] })
  class SilentModule {}

  it('stops the start, and is named', async () => {
    const app = await NestFactory.create(SilentModule, new FastifyAdapter(), { logger: false, abortOnError: false });
    await expect(app.init()).rejects.toThrow('Who may call GET /gallery/:id (Silent.silent)? Add @Access(');
    expect(app.get(RoutePolicies).list()).toHaveLength(3);
    await app.close();
  });
});

import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadSettings } from '#libs/config/settings.js';
import { createLogger } from '#libs/telemetry/logger.js';
import { createDatabase, type TestDatabase } from '../../../../../tests/support/database.js';
import { createApp } from '../../create-app.js';
import { Access, type AccessLevel } from '../../http/access.js';
import { RoutePolicies, type RoutePolicy } from './route-policies.js';

/** Every route of the application. A new one is added here, where it belongs. */
const POLICY = {
  public: [
    'GET /health',
    'GET /health/ready',
    'GET /metrics',
    'GET /problems',
    'GET /problems/:slug',
    'POST /auth/login',
    'POST /auth/refresh',
    'POST /auth/register',
  ],
  user: [
    'DELETE /assets/:id',
    'DELETE /auth/sessions/:id',
    'GET /assets',
    'GET /assets/:id',
    'GET /auth/sessions',
    'GET /uploads/:id',
    'GET /users/me',
    'POST /auth/logout',
    'POST /auth/logout-all',
    'POST /uploads/complete',
    'POST /uploads/presign',
  ],
  admin: [
    'DELETE /jobs/:id',
    'GET /audit',
    'GET /jobs',
    'GET /jobs/:id',
    'GET /jobs/stats',
    'GET /queues',
    'PATCH /users/:id',
    'POST /assets/reprocess',
    'POST /jobs/:id/retry',
    'POST /jobs/retry',
    'POST /queues/:name/pause',
    'POST /queues/:name/resume',
  ],
};

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
  const named = (access: AccessLevel | undefined): string[] =>
    routes
      .filter((route) => route.access === access)
      .map(name)
      .sort();

  /** Those of `asked` that answer with `status`. */
  async function answering(status: number, asked: RoutePolicy[], headers: Record<string, string>): Promise<string[]> {
    const found: string[] = [];
    for (const route of asked) {
      const url = route.path.replace(/:\w+/g, '00000000-0000-7000-8000-000000000000');
      const answer = await app.inject({ method: route.method, url, headers });
      if (answer.statusCode === status) found.push(name(route));
    }
    return found.sort();
  }

  it('is stated for every route', () => {
    expect({ public: named('public'), user: named('user'), admin: named('admin') }).toEqual(POLICY);
    expect(named(undefined)).toEqual([]);
  });

  it('lets nobody in without a token, but where everybody may', async () => {
    expect(await answering(401, routes, {})).toEqual([...POLICY.user, ...POLICY.admin].sort());
  });

  it('lets no user in where only admins may, and forbids nothing else', async () => {
    const payload = { email: 'ada@example.com', password: 'correct horse' };
    const registered = await app.inject({ method: 'POST', url: '/auth/register', payload });
    const { accessToken } = registered.json<{ accessToken: string }>();
    // Logging out would end the session that asks.
    const asked = routes.filter(({ path: address }) => !address.startsWith('/auth/'));
    expect(await answering(403, asked, { authorization: `Bearer ${accessToken}` })).toEqual(POLICY.admin);
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

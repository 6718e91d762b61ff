import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { loadSettings } from '#libs/config/settings.js';
import { createLogger, NestLogger } from '#libs/telemetry/logger.js';
import { AppModule } from '../app.module.js';
import { makeAdapter } from '../http/server.js';
import { describeApi } from './document.js';

/** Nothing of this is used: no provider is made, and nobody is connected to. */
const PLACEHOLDERS = {
  DATABASE_URL: 'postgresql://nobody@localhost/nothing',
  JWT_SECRET: 'no secret: it only has to be long enough',
  URL_SIGNING_SECRET: 'no secret either, and another one than that',
  LOG_LEVEL: 'error',
};

/** The description of the API, in an order that does not hang on the order of modules, without running any of it. */
export async function buildDocument(): Promise<OpenAPIObject> {
  const settings = loadSettings(PLACEHOLDERS);
  const logger = createLogger('openapi', settings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, logger),
    makeAdapter(settings),
    { logger: new NestLogger(logger), preview: true, abortOnError: false },
  );
  try {
    const document = describeApi(app);
    const schemas = sorted(document.components?.schemas ?? {});
    return { ...document, paths: sorted(document.paths), components: { ...document.components, schemas } };
  } finally {
    await app.close();
  }
}

const sorted = <Value>(members: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
